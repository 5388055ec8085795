import type { ExtraEffect } from '../model/types.ts';
import { weekdayOf } from '../time/local.ts';
import type { SeasonSettings } from '../types.ts';
import { aroundOffsets, type CalendarDays, lastingMark } from './calendar-days.ts';

/** What a column of the regression stands for. The trend's columns only keep the seasons clean of it. */
export type Part = 'trend' | 'year' | 'weekday' | 'holiday' | 'extra';

interface Group {
  part: Part;
  size: number;
  /** Prior standard deviation of each coefficient. */
  sd: (i: number) => number;
  /** Whether the group's variance is learnt from its coefficients. */
  learns: boolean;
  /** The group's columns are running sums of what `row` puts: column k has all that is put at 0 … k. */
  running?: boolean;
  /** Calls `put` for the group's columns that are not zero on a day. */
  row: (day: number, put: (column: number, value: number) => void) => void;
}

/** Columns of a name of their own beside the usual ones: a regressor, or a period that was configured. */
export interface Extra extends Omit<Group, 'part'>, Pick<ExtraEffect, 'kind' | 'name'> {}

export interface LevelDesign {
  columns: number;
  part: Part[];
  group: Int32Array;
  groups: number;
  learns: boolean[];
  priorSd: Float64Array;
  /** First column of each extra, and where the last one ends. */
  extraStart: number[];
  /** First column and end of each group whose columns are running sums of what `row` writes. */
  running: [number, number][];
  /** Writes the columns of a day that are not zero; returns how many. */
  row: (day: number, position: Int32Array, value: Float64Array) => number;
}

const yearDays = 365.2425;
/** Years of history from which on the year is believed in. */
const shortestYear = 0.95;
const yearHarmonics = 12;
const weekendHolidayShare = 0.4;
const stepSd = 0.5;

/**
 * The lean set of columns for the logarithm of the level of days `first`…`last` (engine notes, section 3):
 * a random walk with a short memory, weekdays, the year, the calendar's days, and extras. `daysPerRow` 7: no weekdays.
 */
export function levelDesign(
  first: number,
  last: number,
  daysPerRow: number,
  calendar: CalendarDays,
  seenDays: Int32Array,
  launched: boolean,
  extras: readonly Extra[],
  steps: readonly number[],
  { week, year }: Pick<SeasonSettings, 'week' | 'year'>,
): LevelDesign {
  const span = last - first + daysPerRow;
  const groups = [...trendGroups(first, last, span, launched), ...stepGroups(steps)];
  if (week && daysPerRow === 1) groups.push(...weekdayGroups(last, span));
  if (year === true || (year === 'auto' && span >= shortestYear * yearDays))
    groups.push(...yearGroups(daysPerRow, Math.max(shortestYear, span / yearDays)));
  groups.push(...holidayGroups(calendar, seenDays, daysPerRow, span));
  groups.push(...aroundGroups(calendar, seenDays));
  const firstExtra = groups.length;
  groups.push(...extras.map((extra): Group => ({ ...extra, part: 'extra' })));
  const starts: number[] = [];
  let columns = 0;
  for (const group of groups) {
    starts.push(columns);
    columns += group.size;
  }
  return {
    columns,
    part: groups.flatMap((g) => new Array<Part>(g.size).fill(g.part)),
    group: Int32Array.from(groups.flatMap((g, i) => new Array<number>(g.size).fill(i))),
    groups: groups.length,
    learns: groups.map((g) => g.learns),
    extraStart: [...starts.slice(firstExtra), columns],
    running: groups.flatMap((g, i): [number, number][] =>
      g.running === true ? [[starts[i]!, starts[i]! + g.size]] : [],
    ),
    priorSd: Float64Array.from(groups.flatMap((g) => Array.from({ length: g.size }, (_, i) => g.sd(i)))),
    row: (day, position, value) => {
      let n = 0;
      for (let g = 0; g < groups.length; g++) {
        const start = starts[g]!;
        groups[g]!.row(day, (column, x) => {
          position[n] = start + column;
          value[n++] = x;
        });
      }
      return n;
    },
  };
}

function trendGroups(first: number, last: number, span: number, launched: boolean): Group[] {
  const next = last + 1;
  const gap = 28;
  const knots: number[] = [];
  for (let knot = next - 7; knot > first; knot -= gap) knots.push(knot);
  const memory: number[] = [];
  const gaps: number[] = [];
  for (let age = 1, step = 2; age < Math.min(200, span); age += step, step = Math.min(14, step * 1.25)) {
    memory.push(next - age);
    gaps.push(step);
  }
  const long = span >= 2.05 * yearDays;
  // A launch rises and falls as no season does: its trend must be free to follow.
  const free = launched ? 20 : 1;
  const walkSd = launched ? 0.4 : long ? 0.04 : 0.03;
  return [
    { part: 'trend', size: 1, sd: () => 10, learns: false, row: (_, put) => put(0, 1) },
    {
      part: 'trend',
      size: 1,
      sd: () => 0.15 * free,
      learns: false,
      row: (t, put) => put(0, (t - next) / yearDays),
    },
    {
      part: 'trend',
      size: knots.length,
      sd: () => walkSd,
      learns: !launched,
      // Column k is clip((t − knot k + gap)/gap, 0, 1): only the newest of those that are not zero is not one.
      running: true,
      row: (t, put) => {
        const k = Math.max(0, Math.floor((next - 7 - t) / gap));
        if (k >= knots.length) return;
        const x = Math.min(1, (t - knots[k]! + gap) / gap);
        if (x > 0) put(k, x);
        if (x < 1 && k + 1 < knots.length) put(k + 1, 1 - x);
      },
    },
    {
      part: 'trend',
      size: memory.length,
      sd: (k) => 0.04 * (launched ? 4 : 1) * Math.sqrt(1 - Math.exp((-2 * gaps[k]!) / 14)),
      learns: false,
      row: (t, put) => {
        for (let k = memory.length - 1; k >= 0 && t >= memory[k]!; k--) {
          const x = Math.exp((memory[k]! - t) / 14);
          if (x > 1e-4) put(k, x);
        }
      },
    },
  ];
}

/** One column for each day from which the level stays higher or lower. */
function stepGroups(steps: readonly number[]): Group[] {
  if (steps.length === 0) return [];
  return [
    {
      part: 'trend',
      size: steps.length,
      sd: () => stepSd,
      learns: false,
      row: (t, put) => {
        for (let k = 0; k < steps.length && t >= steps[k]!; k++) put(k, 1);
      },
    },
  ];
}

function weekdayGroups(last: number, span: number): Group[] {
  const groups: Group[] = [
    { part: 'weekday', size: 7, sd: () => 0.3, learns: true, row: (t, put) => put(weekdayOf(t), 1) },
  ];
  if (span >= 100)
    groups.push({
      part: 'weekday',
      size: 7,
      sd: () => 0.1,
      learns: true,
      row: (t, put) => put(weekdayOf(t), Math.exp(-Math.max(0, last + 1 - t) / 700)),
    });
  return groups;
}

/**
 * One year cannot tell a season from what happened once: the prior is narrow there and widens until two years are seen,
 * and quick harmonics, in which a single rush of a year would be repeated, are held tighter than slow ones.
 */
function yearGroups(daysPerRow: number, years: number): Group[] {
  const belief = Math.min(0.5, 0.15 + 0.35 * (years - 1));
  // A weekly row stands for its middle.
  const middle = (daysPerRow - 1) / 2;
  const angle = (t: number) => (2 * Math.PI * (t + middle)) / yearDays;
  const groups: Group[] = [
    {
      part: 'year',
      size: 2 * yearHarmonics,
      sd: (i) => (belief * 0.25) / (1 + (i >> 1)) ** 1.2,
      learns: true,
      row: (t, put) => {
        for (let k = 0; k < yearHarmonics; k++) {
          put(2 * k, Math.sin((k + 1) * angle(t)));
          put(2 * k + 1, Math.cos((k + 1) * angle(t)));
        }
      },
    },
  ];
  if (daysPerRow === 1)
    groups.push({
      part: 'year',
      size: 6,
      sd: (i) => (belief * 0.1) / (1 + (i >> 1)),
      learns: true,
      row: (t, put) => {
        const weekend = (weekdayOf(t) >= 5 ? 1 : 0) - 2 / 7;
        for (let k = 0; k < 3; k++) {
          put(2 * k, weekend * Math.sin((k + 1) * angle(t)));
          put(2 * k + 1, weekend * Math.cos((k + 1) * angle(t)));
        }
      },
    });
  return groups;
}

function holidayGroups(
  calendar: CalendarDays,
  seenDays: Int32Array,
  daysPerRow: number,
  span: number,
): Group[] {
  if (calendar.kinds.size === 0) return [];
  const seen = new Set<string>();
  const covered = (day: number) => {
    const names: string[] = [];
    for (let d = day; d < day + daysPerRow; d++) names.push(...(calendar.kinds.get(d) ?? []));
    return names;
  };
  for (const day of seenDays) for (const kind of covered(day)) seen.add(kind);
  const kinds = new Map([...seen].sort().map((kind, i) => [kind, i]));
  const share = (t: number) => (daysPerRow === 1 && weekdayOf(t) >= 5 ? weekendHolidayShare : 1);
  const any = (t: number) => calendar.kinds.has(t);
  const own = (offset: number, scaled: boolean): Group['row'] => {
    return (t, put) => {
      const names = daysPerRow === 1 ? calendar.kinds.get(t - offset) : covered(t);
      for (const name of names ?? []) {
        const column = kinds.get(name);
        if (column !== undefined) put(column, scaled && !name.startsWith(lastingMark) ? share(t) : 1);
      }
    };
  };
  const group = (size: number, sd: number, row: Group['row']): Group => ({
    part: 'holiday',
    size,
    sd: () => sd,
    learns: true,
    row,
  });
  if (daysPerRow > 1) return [group(kinds.size, 0.2, own(0, false))];
  const groups = [
    group(1, 0.2, (t, put) => any(t) && put(0, share(t))),
    group(2, 0.15, (t, put) => {
      if (any(t)) return;
      if (any(t + 1)) put(0, share(t));
      if (any(t - 1)) put(1, share(t));
    }),
    group(1, 0.15, (t, put) => {
      const weekday = weekdayOf(t);
      if (!any(t) && ((weekday === 0 && any(t + 1)) || (weekday === 4 && any(t - 1)))) put(0, 1);
    }),
    group(kinds.size, 0.2, own(0, true)),
    group(kinds.size, 0.12, own(-1, true)),
    group(kinds.size, 0.12, own(1, true)),
  ];
  if (span >= 1.05 * yearDays)
    for (const offset of [-3, -2, 2, 3, 4, 5, 6]) groups.push(group(kinds.size, 0.04, own(offset, false)));
  return groups;
}

/** Days before and after long events: one column for each distance, and one for each kind at each distance that was seen. */
function aroundGroups({ around }: CalendarDays, seenDays: Int32Array): Group[] {
  const seen = new Set<string>();
  for (const day of seenDays) for (const name of around.get(day) ?? []) seen.add(name);
  if (seen.size === 0) return [];
  const names = new Map([...seen].sort().map((name, i) => [name, i]));
  const distance = (name: string) => aroundOffsets.indexOf(Number(name.slice(name.lastIndexOf(' ') + 1)));
  const group = (size: number, column: (name: string) => number | undefined): Group => ({
    part: 'holiday',
    size,
    sd: () => 0.1,
    learns: true,
    row: (t, put) => {
      for (const name of around.get(t) ?? []) {
        const at = names.has(name) ? column(name) : undefined;
        if (at !== undefined) put(at, 1);
      }
    },
  });
  return [group(aroundOffsets.length, distance), group(names.size, (name) => names.get(name))];
}
