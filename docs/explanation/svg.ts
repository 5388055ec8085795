/** Points in time (milliseconds) and value; a value that is NaN interrupts. */
type Points = readonly (readonly [at: number, value: number])[];

export interface Line {
  name: string;
  points: Points;
  colour: string;
}

export interface Band {
  name: string;
  low: Points;
  high: Points;
  colour: string;
}

export interface Chart {
  title: string;
  unit: string;
  /** What the time axis is marked by. */
  ticks: 'hour' | 'day' | 'month';
  timeZone: string;
  bands: readonly Band[];
  lines: readonly Line[];
  /** Spans of time that are shaded. */
  spans?: readonly (readonly [from: number, until: number])[];
}

const size = { width: 820, height: 320, left: 70, right: 12, top: 34, bottom: 46 };
const hour = 3_600_000;

/** A line chart as SVG: what is drawn is small, so that no library is worth its weight. */
export function chart({ title, unit, ticks, timeZone, bands, lines, spans = [] }: Chart): string {
  const all = [...lines.map(({ points }) => points), ...bands.flatMap(({ low, high }) => [low, high])].flat();
  const known = all.filter(([, y]) => Number.isFinite(y));
  const [first, last] = extent(known.map(([at]) => at));
  const [low, high] = extent(known.map(([, y]) => y));
  const step = niceStep((high - low) / 5);
  const [bottom, top] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const { width, height, left, right } = size;
  const x = (at: number) => left + ((at - first) / (last - first)) * (width - left - right);
  const y = (value: number) =>
    height - size.bottom - ((value - bottom) / (top - bottom)) * (height - size.bottom - size.top);
  const at = (point: readonly [number, number]) => `${x(point[0]).toFixed(1)},${y(point[1]).toFixed(1)}`;
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="18" font-size="13" font-weight="600">${escaped(title)}</text>`,
  ];
  for (const [from, until] of spans)
    parts.push(
      `<rect x="${x(from).toFixed(1)}" y="${size.top}" width="${(x(until) - x(from)).toFixed(1)}" height="${height - size.bottom - size.top}" fill="#f3e8d2"/>`,
    );
  for (let value = bottom; value <= top + step / 2; value += step)
    parts.push(
      `<path d="M${left} ${y(value).toFixed(1)}H${width - right}" stroke="#e5e7eb"/>`,
      `<text x="${left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${label(value, step)}</text>`,
    );
  parts.push(`<text x="${left - 6}" y="${size.top - 8}" text-anchor="end">${escaped(unit)}</text>`);
  for (const [instant, text] of marks(first, last, ticks, timeZone))
    parts.push(
      `<text x="${x(instant).toFixed(1)}" y="${height - size.bottom + 16}" text-anchor="middle">${text}</text>`,
    );
  for (const band of bands)
    for (const [lower, upper] of zip(pieces(band.low), pieces(band.high)))
      parts.push(
        `<polygon points="${[...lower, ...[...upper].reverse()].map(at).join(' ')}" fill="${band.colour}" fill-opacity="0.16"/>`,
      );
  for (const { points, colour } of lines)
    for (const piece of pieces(points))
      parts.push(
        `<polyline points="${piece.map(at).join(' ')}" fill="none" stroke="${colour}" stroke-width="1.4"/>`,
      );
  let legend = left;
  for (const { name, colour, opacity } of [
    ...lines.map((line) => ({ ...line, opacity: 1 })),
    ...bands.map((band) => ({ ...band, opacity: 0.3 })),
  ]) {
    parts.push(
      `<rect x="${legend}" y="${height - 16}" width="12" height="8" fill="${colour}" fill-opacity="${opacity}"/>`,
      `<text x="${legend + 16}" y="${height - 8}">${escaped(name)}</text>`,
    );
    legend += 34 + 6 * name.length;
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? [low, high] : [low - 1, high + 1];
}

/** 1, 2 or 5 times a power of ten, at least as much. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

const label = (value: number, step: number) =>
  value.toLocaleString('en', { maximumFractionDigits: Math.max(0, -Math.floor(Math.log10(step))) });

/** Where months begin, days, or every third hour, by the zone's clock; at most some ten of them. */
function marks(first: number, last: number, ticks: Chart['ticks'], timeZone: string): [number, string][] {
  const show = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  const clock = show({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const date = show({ day: 'numeric' });
  const text = {
    hour: clock,
    day: show({ weekday: 'short', day: 'numeric', month: 'short' }),
    month: show({ month: 'short', year: 'numeric' }),
  }[ticks];
  const found: [number, string][] = [];
  for (let at = Math.ceil(first / hour) * hour; at <= last; at += hour) {
    const time = clock.format(at);
    const is = {
      hour: Number(time.slice(0, 2)) % 3 === 0 && time.endsWith(':00'),
      day: time === '12:00',
      month: time === '00:00' && date.format(at) === '1',
    }[ticks];
    if (is) found.push([at, text.format(at)]);
  }
  const every = Math.ceil(found.length / 9);
  return found.filter((_, i) => i % every === 0);
}

/** The runs between the values that are not known. */
function pieces(points: Points): Points[] {
  const runs: (readonly [number, number])[][] = [[]];
  for (const point of points)
    if (Number.isFinite(point[1])) runs.at(-1)!.push(point);
    else runs.push([]);
  return runs.filter((run) => run.length > 0);
}

const zip = <A, B>(one: readonly A[], other: readonly B[]): [A, B][] => one.map((a, i) => [a, other[i]!]);

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
