import { outsideSpans, withoutSpans } from './clean/without-spans.ts';
import { dayLayout } from './digest/layout.ts';
import { rowQuantile } from './expand/noise-factors.ts';
import type { FitOutcome } from './fit.ts';
import { baseRows } from './level/rows.ts';
import { modelSpan, negativeShift } from './model/span.ts';
import { type ForecastModel, modelVersion, noiseProbabilities, pools } from './model/types.ts';
import { countsWhole } from './model/whole.ts';
import { normalQuantile } from './numeric/normal.ts';
import { sortedQuantile } from './numeric/quantile.ts';
import { pathHours } from './peak/day-paths.ts';
import { codeOfRatio } from './peak/ratio-code.ts';
import { profileTerms } from './profile/design.ts';
import { weekdayOf } from './time/local.ts';
import type { DayDigest, FitOptions, SeriesSettings } from './types.ts';

const firstWeekdayTerm = 2;
const noiseDays = 84;

/**
 * Each day is the last one of its weekday (weeks: the last week), its quantiles from how such days differed. The fallback
 * where nothing better can be fitted: works from one day of observations up.
 */
export function fitSeasonalNaive(
  seen: readonly DayDigest[],
  settings: SeriesSettings,
  options: FitOptions,
): FitOutcome {
  const layout = dayLayout(settings.stepSeconds);
  const digests = withoutSpans(seen, options.exclusions ?? [], settings.timeZone, layout);
  const span = modelSpan(settings, options);
  const shift = settings.metricKind === 'gauge' ? negativeShift(digests) : 0;
  const noEvents = { holidays: [], events: [] };
  const rows = baseRows(digests, settings, noEvents, layout, options.cutoff, shift).filter(({ blocks }) =>
    blocks.some((y) => !Number.isNaN(y)),
  );
  const last = rows.at(-1);
  if (last === undefined)
    return { status: 'failed', reason: `There is no observation before the cutoff${outsideSpans(options)}` };
  const { blocks } = layout;
  const weekdays = Array.from({ length: 7 }, (_, weekday) =>
    layout.daysPerRow > 1 ? last.blocks : lastOfWeekday(rows, weekday, blocks),
  );
  let top = 0;
  for (const day of weekdays) for (const y of day) top = Math.max(top, y);
  const scale = top > 0 ? top : 1;
  const coefficients = new Float32Array(profileTerms * blocks);
  weekdays.forEach((day, weekday) => {
    day.forEach((y, b) => {
      coefficients[(firstWeekdayTerm + weekday) * blocks + b] = y / scale;
    });
  });
  const table = naiveNoise(rows, layout.daysPerRow > 1 ? layout.daysPerRow : 7);
  const column = (value: number) => new Float32Array(span.dayCount).fill(value);
  const model: ForecastModel = {
    schemaVersion: modelVersion,
    method: 'seasonal-naive',
    settings: { ...settings },
    cutoff: options.cutoff,
    horizonEnd: span.horizonEnd,
    accuracy: { origins: 0, horizonDays: 0, wape: 0, naiveWape: 0, coverage: 0 },
    firstDay: span.firstDay,
    shift,
    offset: 0,
    whole: countsWhole(seen, settings, span.firstDay),
    days: {
      level: column(Math.log(scale)),
      year: column(0),
      weekday: column(0),
      holiday: column(0),
      sharedSd: column(0),
      ownSd: column(0),
      dayOff: new Uint8Array(span.dayCount),
    },
    extras: [],
    profile: { blocks, lastDay: last.day, coefficients },
    shape: new Float32Array(layout.steps).fill(1),
    noise: { step: repeat(table), hour: repeat(table), day: table },
    paths: evenPaths(table, pathHours(layout)),
    events: [],
    curves: [],
    overlap: 1,
    findings: { exclusions: [], breaks: [], editions: [], holidays: [] },
  };
  return { status: 'ok', model };
}

/** The last value of each block on this weekday, else on any day, else the mean of what there is. */
function lastOfWeekday(
  rows: readonly { day: number; blocks: Float64Array }[],
  weekday: number,
  blocks: number,
): Float64Array {
  const out = new Float64Array(blocks).fill(Number.NaN);
  for (const anyDay of [false, true])
    for (let i = rows.length - 1; i >= 0 && out.includes(Number.NaN); i--) {
      const row = rows[i]!;
      if (!anyDay && weekdayOf(row.day) !== weekday) continue;
      for (let b = 0; b < blocks; b++) if (Number.isNaN(out[b]!)) out[b] = row.blocks[b]!;
    }
  const seen = out.filter((y) => !Number.isNaN(y));
  const mean = seen.reduce((sum, y) => sum + y, 0) / seen.length;
  return out.map((y) => (Number.isNaN(y) ? mean : y));
}

/** Quantiles of a block over the same block a season before, pooled; a broad prior where there is no such pair. */
function naiveNoise(rows: readonly { day: number; blocks: Float64Array }[], season: number): Float32Array {
  const byDay = new Map(rows.map((row) => [row.day, row.blocks]));
  const lastDay = rows.at(-1)!.day;
  const ratios: number[] = [];
  for (const { day, blocks } of rows) {
    const before = byDay.get(day - season);
    if (before === undefined || day <= lastDay - noiseDays) continue;
    for (let b = 0; b < blocks.length; b++)
      if (before[b]! > 0 && blocks[b]! >= 0) ratios.push(blocks[b]! / before[b]!);
  }
  const sorted = Float64Array.from(ratios).sort();
  const broad = [0.25, 0.4, 0.55, 0.8, 1, 1.25, 1.8, 2.5, 4];
  return Float32Array.from(noiseProbabilities, (p, j) =>
    p === 0.5 ? 1 : sorted.length < 5 ? broad[j]! : bounded(sortedQuantile(sorted, p), p),
  );
}

/** The median stays the naive itself; each half keeps to its own side. */
const bounded = (ratio: number, p: number) =>
  p < 0.5 ? Math.min(1, ratio) : Math.min(1e3, Math.max(1, ratio));

function repeat(row: Float32Array): Float32Array {
  const table = new Float32Array(pools * row.length);
  for (let pool = 0; pool < pools; pool++) table.set(row, pool * row.length);
  return table;
}

const evenDays = 20;

/** Days that are off by the same ratio all day long, each as likely as the next: nothing better is known of a naive. */
function evenPaths(table: Float32Array, hours: number): ForecastModel['paths'] {
  const codes = new Uint16Array(evenDays * hours);
  for (let j = 0; j < evenDays; j++)
    codes.fill(
      codeOfRatio(rowQuantile(table, normalQuantile((j + 0.5) / evenDays))),
      j * hours,
      (j + 1) * hours,
    );
  return { hours, rest: new Uint8Array(evenDays), mean: codes, highest: codes };
}
