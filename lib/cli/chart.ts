import { localParts } from '../engine/index.ts';

export interface Chart {
  /** Instants, ascending, milliseconds since 1970. All columns have one entry each; NaN is a hole. */
  time: ArrayLike<number>;
  lines: ArrayLike<number>[];
  /** Shaded between lower and upper. */
  band?: { lower: ArrayLike<number>; upper: ArrayLike<number> };
  /** An instant to mark with a vertical line, such as the cutoff. */
  mark?: number;
  /** Of the whole drawing, axes included, in characters. */
  width: number;
  height: number;
  /** Zone of the dates below. */
  timeZone: string;
  /** Written above the axis, such as "requests a minute". */
  unit?: string;
}

/** Bits of the 2 × 4 dots of a braille character, by column and row. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];
const labelWidth = 8;

/** Draws lines and a band in braille characters, with both axes. Each column of dots shows its rows' least and most. */
export function chart(input: Chart): string {
  const { time, lines, band, mark, timeZone, unit } = input;
  const columns = Math.max(10, Math.floor(input.width) - labelWidth - 1);
  const rows = Math.max(3, Math.floor(input.height) - 2 - (unit === undefined ? 0 : 1));
  if (time.length === 0) return 'Nothing to draw.';
  const first = time[0]!;
  const span = time[time.length - 1]! - first || 1;
  const across = Math.min(columns * 2, Math.max(2, time.length));
  const dotAt = (ms: number) => Math.min(across - 1, Math.floor(((ms - first) / span) * across));
  const stretch = (columns * 2) / across;
  const [low, high] = range([...lines, ...(band === undefined ? [] : [band.lower, band.upper])]);
  const height = (value: number) => ((value - low) / (high - low)) * (rows * 4 - 1);

  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  const shaded = Array.from({ length: rows }, () => new Uint8Array(columns));
  const draw = (x: number, from: number, to: number) => {
    for (let y = Math.round(from); y <= Math.round(to); y++) {
      const down = rows * 4 - 1 - y;
      const row = cells[down >> 2];
      if (row !== undefined && x >= 0 && x < columns * 2) row[x >> 1]! |= dots[x & 1]![down & 3]!;
    }
  };

  if (band !== undefined) {
    const lower = extent(time, band.lower, across, dotAt);
    const upper = extent(time, band.upper, across, dotAt);
    for (let x = 0; x < columns; x++) {
      const at = Math.floor((2 * x) / stretch);
      const from = height(lower.least[at]!);
      const to = height(upper.most[at]!);
      if (Number.isNaN(from + to)) continue;
      for (let row = 0; row < rows; row++) {
        const bottom = (rows - 1 - row) * 4;
        if (bottom + 3.5 >= from && bottom - 0.5 <= to) shaded[row]![x] = 1;
      }
    }
  }
  for (const line of lines) {
    const { least, most } = extent(time, line, across, dotAt);
    let before: { from: number; to: number } | undefined;
    for (let at = 0; at < across; at++) {
      const from = height(least[at]!);
      const to = height(most[at]!);
      if (Number.isNaN(from)) {
        before = undefined;
        continue;
      }
      // Joined with the column before, so that a steep line has no gaps.
      const bottom = Math.min(from, before?.to ?? from);
      const top = Math.max(to, before?.from ?? to);
      for (let x = Math.floor(at * stretch); x < Math.floor((at + 1) * stretch); x++) draw(x, bottom, top);
      before = { from, to };
    }
  }

  const markAt = mark === undefined || mark <= first ? -1 : Math.floor((dotAt(mark) * stretch) / 2);
  const body = cells.map((row, i) => {
    const label =
      i === 0
        ? compact(high)
        : i === rows - 1
          ? compact(low)
          : i === rows >> 1
            ? compact(low + ((high - low) * (rows - 1 - i)) / (rows - 1))
            : '';
    const text = Array.from(row, (bits, x) => {
      if (bits !== 0) return String.fromCodePoint(0x2800 + bits);
      if (x === markAt) return '│';
      return shaded[i]![x] === 1 ? '░' : ' ';
    }).join('');
    return `${label.padStart(labelWidth)}┤${text}`.trimEnd();
  });
  return [
    ...(unit === undefined ? [] : [`${' '.repeat(labelWidth)} ${unit}`]),
    ...body,
    `${' '.repeat(labelWidth)}└${'─'.repeat(columns)}`,
    `${' '.repeat(labelWidth + 1)}${dates(first, first + span, columns, timeZone)}`.trimEnd(),
  ].join('\n');
}

/** Least and most of the rows that fall on each column of dots; NaN where none does. */
function extent(
  time: ArrayLike<number>,
  value: ArrayLike<number>,
  across: number,
  dotAt: (ms: number) => number,
): { least: Float64Array; most: Float64Array } {
  const least = new Float64Array(across).fill(Number.NaN);
  const most = new Float64Array(across).fill(Number.NaN);
  for (let i = 0; i < time.length; i++) {
    const y = value[i]!;
    if (Number.isNaN(y)) continue;
    const x = dotAt(time[i]!);
    if (!(y >= least[x]!)) least[x] = y;
    if (!(y <= most[x]!)) most[x] = y;
  }
  return { least, most };
}

/** From zero where that costs less than half of the height. */
function range(columns: ArrayLike<number>[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns)
    for (let i = 0; i < column.length; i++) {
      const y = column[i]!;
      if (y < low) low = y;
      if (y > high) high = y;
    }
  if (!(low <= high)) return [0, 1];
  if (low > 0 && low < high / 2) low = 0;
  return low === high ? [low - Math.abs(low) / 2 - 0.5, high + Math.abs(high) / 2 + 0.5] : [low, high];
}

/** A number in at most seven characters: 12.5k, 3.21M, 0.0042. */
export function compact(value: number): string {
  const size = Math.abs(value);
  for (const [unit, suffix] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (size >= unit * 0.9995 && size < 1e15) return `${significant(value / unit)}${suffix}`;
  return size === 0 || (size >= 0.001 && size < 1e15) ? significant(value) : value.toExponential(1);
}

const significant = (value: number) => String(Number(value.toPrecision(3)));

/** Dates at the left, in the middle and at the right, each under its place; times too when the span is short. */
function dates(from: number, to: number, columns: number, timeZone: string): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const text = (ms: number) => {
    const { year, month, day, hour, minute } = localParts(timeZone, ms);
    const date = `${year}-${two(month)}-${two(day)}`;
    return to - from < 4 * 86_400_000 ? `${date} ${two(hour)}:${two(minute)}` : date;
  };
  const left = text(from);
  const right = text(to);
  const middle = columns >= 4 * left.length ? text((from + to) / 2) : '';
  const before = Math.max(1, Math.floor((columns - middle.length) / 2) - left.length);
  const after = Math.max(1, columns - left.length - before - middle.length - right.length);
  return `${left}${' '.repeat(before)}${middle}${' '.repeat(after)}${right}`;
}
