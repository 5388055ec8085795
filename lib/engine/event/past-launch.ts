import type { DayLayout } from '../digest/layout.ts';
import type { BaseRow } from '../level/rows.ts';
import { median } from '../numeric/quantile.ts';
import { dayMs, localDay, startOfDay, weekdayOf } from '../time/local.ts';
import type { CalendarEvent, EditionFinding, SeriesSettings } from '../types.ts';
import { addedBetween, type Decay, fitDecay, heightOf, type LaunchPoint } from './decay.ts';

/** What came before a launch: four weeks, of which two must be there. */
const weeksBefore = 4;
const leastDays = 14;
/** A launch is looked at for so long; what is left then counts as level. */
const longestDays = 120;
/** Younger ones are taken out of the history whole; of older ones the floor has long become level. */
const levelDays = 90;
const leastHeight = 0.05;
const gone = 0.95;
const beyond = 1.3;
/** Ends of the points of the first day, in minutes: each about a third farther than the one before. */
const minuteEdges = [
  1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 85, 113, 151, 201, 268, 357, 476, 635, 847, 1130,
];
const edges = [...minuteEdges.map((m) => m / 1440), ...Array.from({ length: longestDays }, (_, d) => d + 1)];

/** A launch of the past, or one whose demand goes on. */
export interface PastLaunch {
  event: CalendarEvent;
  decay: Decay;
  points: LaunchPoint[];
  /** Over from here: its end, or its stock was gone; Infinity where it goes on. */
  until: number;
  /** What it has added, in units of a count, and the most that it added to a step. */
  sold: number;
  most: number;
  /** Whether its stock ended it; undefined where it had none or much of it was left. */
  bound: boolean | undefined;
  /** Whether the history keeps its floor as level. */
  settled: boolean;
}

/** Whether an event is demand that is new. */
export const isNew = ({ launch, end }: CalendarEvent): boolean => launch === true || end === undefined;

/**
 * Measures each launch before the cutoff that two weeks of history precede: what was seen over the median of the same
 * slot of the week in the four weeks before. Takes what it did out of the blocks of the rows, so that what is
 * fitted to them knows of no launch: all of it for 90 days, later only what is above its floor.
 */
export function takeOutLaunches(
  events: readonly CalendarEvent[],
  rows: readonly BaseRow[],
  settings: SeriesSettings,
  layout: DayLayout,
  cutoff: number,
  shift: number,
): PastLaunch[] {
  const launches: PastLaunch[] = [];
  const inOrder = events.filter((e) => isNew(e) && e.start < cutoff).sort((a, b) => a.start - b.start);
  for (const event of inOrder) {
    const usual = usualWeek(rows, localDay(settings.timeZone, event.start), layout);
    if (usual === undefined) continue;
    const launch = measured(
      event,
      samplesOf(event, rows, usual, launches, settings, layout, cutoff, shift),
      cutoff,
    );
    if (launch === undefined) continue;
    launches.push(launch);
    divide(rows, launch, settings, layout);
  }
  return launches;
}

/** What a past launch multiplied the rate by at an instant, as far as it was taken out of the history. */
export function pastLift({ event, decay, until, settled }: PastLaunch, at: number): number {
  if (at < event.start || at >= until) return 1;
  const t = (at - event.start) / dayMs;
  const lift = 1 + addedBetween(decay, t, t);
  return settled ? lift / (1 + decay.floor) : lift;
}

/** Findings of launches: their lift is the one at their height. */
export const launchFindings = (launches: readonly PastLaunch[], cutoff: number): EditionFinding[] =>
  launches.map(({ event: { id, kind, start }, decay, until }) => ({
    ...{ id, kind, start, end: Math.min(until, cutoff) },
    lift: 1 + heightOf(decay),
  }));

/** Median of each slot of the week in the weeks before a day: shape (7, blocks), of weekly rows (1, 1). */
function usualWeek(rows: readonly BaseRow[], day: number, layout: DayLayout): Float64Array | undefined {
  const before = rows.filter((row) => row.day < day && row.day >= day - 7 * weeksBefore);
  if (before.length * layout.daysPerRow < leastDays) return undefined;
  const { blocks } = layout;
  const usual = new Float64Array(7 * blocks);
  for (let weekday = 0; weekday < 7; weekday++) {
    const own = before.filter((row) => layout.daysPerRow > 1 || weekdayOf(row.day) === weekday);
    for (let b = 0; b < blocks; b++) {
      const seen = own.map((row) => row.blocks[b]!).filter((y) => !Number.isNaN(y));
      usual[weekday * blocks + b] = seen.length > 0 ? median(seen) : Number.NaN;
    }
  }
  return usual;
}

interface Sample {
  /** Days since the start. */
  from: number;
  until: number;
  seen: number;
  usual: number;
  /** Steps that it stands for. */
  steps: number;
}

function samplesOf(
  event: CalendarEvent,
  rows: readonly BaseRow[],
  usual: Float64Array,
  earlier: readonly PastLaunch[],
  settings: SeriesSettings,
  layout: DayLayout,
  cutoff: number,
  shift: number,
): Sample[] {
  const { start } = event;
  const end = Math.min(cutoff, event.end ?? Number.POSITIVE_INFINITY, start + longestDays * dayMs);
  const first = localDay(settings.timeZone, start);
  const blockMs = (dayMs * layout.daysPerRow) / layout.blocks;
  const samples: Sample[] = [];
  const add = (at: number, length: number, y: number, weekday: number, block: number) => {
    const expected = usual[weekday * layout.blocks + block]!;
    const from = Math.max(at, start);
    const until = Math.min(at + length, end);
    // A step that began before the launch counts if the launch had a quarter of it.
    if (Number.isNaN(y) || !(expected > 0) || until - from < length / 4 || at + length > cutoff) return;
    const share = (until - from) / length;
    const other = earlier.reduce((lift, launch) => lift * pastLift(launch, (from + until) / 2), 1);
    samples.push({
      from: (from - start) / dayMs,
      until: (until - start) / dayMs,
      seen: expected + ((y + shift) / other - expected) / share,
      usual: expected,
      steps: (until - from) / layout.stepMs,
    });
  };
  const keptUntil = start + (layout.steps > 1 ? dayMs : 0);
  for (const { day, digest } of rows) {
    if (day < first - layout.daysPerRow || day * dayMs > end + dayMs) continue;
    const midnight = startOfDay(settings.timeZone, day);
    const weekday = layout.daysPerRow > 1 ? 0 : weekdayOf(day);
    const kept = digest.eventSteps;
    for (let i = 0; i < kept.length; i++) {
      const at = midnight + kept[i]! * layout.stepMs;
      const block = Math.min(layout.blocks - 1, Math.floor(kept[i]! / layout.stepsPerBlock));
      if (at < keptUntil) add(at, layout.stepMs, digest.eventValues[i]!, weekday, block);
    }
    for (let b = 0; b < layout.blocks; b++) {
      const at = midnight + b * blockMs;
      if (at >= keptUntil || (kept.length === 0 && at + blockMs > start))
        add(at, blockMs, digest.blocks[b]!, weekday, b);
    }
  }
  return samples;
}

function measured(event: CalendarEvent, samples: readonly Sample[], cutoff: number): PastLaunch | undefined {
  const sold = soldOver(samples, event.stock);
  const until =
    sold.out === undefined ? (event.end ?? Number.POSITIVE_INFINITY) : event.start + sold.out * dayMs;
  const points = pointsOf(sold.out === undefined ? samples : samples.filter((s) => s.until <= sold.out!));
  const decay = fitDecay(points);
  if (decay === undefined || heightOf(decay) < leastHeight) return undefined;
  const settled = cutoff - event.start > levelDays * dayMs && until === Number.POSITIVE_INFINITY;
  const most = samples.reduce((top, { seen, usual }) => Math.max(top, seen - usual), 0);
  return { event, decay, points, until, sold: sold.units, most, bound: sold.bound, settled };
}

/** When what was added reached the stock (days since the start), unless it went on well beyond it: that is no stock of this series. */
function soldOver(samples: readonly Sample[], stock: number | undefined) {
  let units = 0;
  let out: number | undefined;
  for (const { from, until, seen, usual, steps } of samples) {
    const added = (seen - usual) * steps;
    if (stock !== undefined && out === undefined && units + added >= gone * stock)
      out = from + (until - from) * Math.min(1, Math.max(0, (gone * stock - units) / added));
    units += added;
    if (out !== undefined && units > beyond * stock! && from <= 2 * out + 1 / 96)
      return { units, out: undefined, bound: false };
  }
  return {
    units: stock === undefined ? units : Math.min(units, stock),
    out,
    bound: out === undefined ? undefined : true,
  };
}

/** Samples gathered between `edges`, and one by one where they are longer. */
function pointsOf(samples: readonly Sample[]): LaunchPoint[] {
  const points: LaunchPoint[] = [];
  let bin = -1;
  let [from, until, seen, usual] = [0, 0, 0, 0];
  const close = () => {
    if (usual > 0) points.push({ from, until, ratio: Math.max(0, seen / usual) });
  };
  for (const sample of [...samples].sort((a, b) => a.from - b.from)) {
    const middle = (sample.from + sample.until) / 2;
    const next = edges.findIndex((edge) => middle < edge);
    if (next !== bin) {
      close();
      bin = next;
      [from, seen, usual] = [sample.from, 0, 0];
    }
    until = sample.until;
    seen += sample.seen * (sample.until - sample.from);
    usual += sample.usual * (sample.until - sample.from);
  }
  close();
  return points;
}

function divide(
  rows: readonly BaseRow[],
  launch: PastLaunch,
  { timeZone }: SeriesSettings,
  layout: DayLayout,
): void {
  const first = localDay(timeZone, launch.event.start) - layout.daysPerRow;
  const last = launch.until === Number.POSITIVE_INFINITY ? launch.until : localDay(timeZone, launch.until);
  const blockMs = (dayMs * layout.daysPerRow) / layout.blocks;
  for (const { day, blocks } of rows) {
    if (day < first || day > last) continue;
    const midnight = startOfDay(timeZone, day);
    for (let b = 0; b < blocks.length; b++) blocks[b]! /= meanLift(launch, midnight + b * blockMs, blockMs);
  }
}

/** Mean of `pastLift` over a block, which a launch may begin or end in. */
function meanLift(launch: PastLaunch, at: number, length: number): number {
  const { event, decay, until, settled } = launch;
  const from = Math.max(at, event.start);
  const end = Math.min(at + length, until);
  if (end <= from) return 1;
  const lift = 1 + addedBetween(decay, (from - event.start) / dayMs, (end - event.start) / dayMs);
  return 1 + ((end - from) / length) * ((settled ? lift / (1 + decay.floor) : lift) - 1);
}
