import { createHash } from 'node:crypto';
import {
  addTally,
  bands,
  type Calendar,
  type DayDigest,
  decodeModel,
  type Edition,
  learntWidth,
  localDay,
  newTally,
  type Observations,
  type SeriesSettings,
  type Span,
  scoreDay,
  scoresOf,
  startOfDay,
  stretches,
  widthAt,
} from '../engine/index.ts';
import type { LedgerEdition, LedgerState } from './contracts/accuracy.ts';
import type { TrackRecord } from './contracts/refresh.ts';
import type { SeriesRecord } from './contracts/series.ts';
import { dateText, stepAfter } from './grain.ts';
import { correctedDays, editionsFor, editionsOf, everyDay, keptEditions } from './ledger-editions.ts';
import type { ForecastIndex, ForecastStore, HistoryStore, Ledger, LedgerRow } from './ports.ts';
import { scheduledAt } from './run-id.ts';

export interface ScoreForecastsPorts {
  history: Pick<HistoryStore, 'read'>;
  forecasts: Pick<ForecastStore, 'getModel'>;
  index: Pick<ForecastIndex, 'list'>;
  ledger: Ledger;
}

export interface SeriesPast {
  record: SeriesRecord;
  settings: SeriesSettings;
  calendar: Calendar;
  /** Of all the history. */
  digests: readonly DayDigest[];
  /** The end of the history. */
  cutoff: number;
}

/** Quantiles that the ledger scores, ascending. */
export const scoredQuantiles: readonly number[] = [0.1, 0.5, 0.9];
const dayMs = 86_400_000;
/** Local dates that the track record is of. */
const recentDays = (stepSeconds: number) => (stepSeconds > 86_400 ? 182 : 28);

/** The last local date of a history that is over (of weekly histories: the first date of the last step). */
export function lastClosedDay({ record, settings, cutoff }: SeriesPast): number {
  return settings.stepSeconds > 86_400
    ? localDay(settings.timeZone, record.lastTime)
    : localDay(settings.timeZone, cutoff) - 1;
}

/**
 * Scores the forecasts of earlier runs on the days that are over since the last time, and anew on days of the last month
 * whose actuals are others by now. A day's rows replace those that the ledger had of it, so that scoring twice changes
 * nothing.
 *
 * @param runId the run that goes on now
 * @returns how forecasts did of late, and how wide intervals should be for it
 */
export async function scoreForecasts(
  ports: ScoreForecastsPorts,
  past: SeriesPast,
  runId: string,
): Promise<TrackRecord> {
  const { index, ledger } = ports;
  const { record, settings } = past;
  const closed = lastClosedDay(past);
  const stored = await ledger.getState(record);
  const now = scheduledAt(runId);
  const known = stored?.editions ?? [];
  const since = known.at(-1)?.runId;
  const listed = await index.list(record, {
    from: since === undefined ? now - everyDay * dayMs : scheduledAt(since) + 1,
    until: now - 1,
  });
  const editions = keptEditions(
    [...known, ...editionsOf(listed)].sort((a, b) => a.cutoff - b.cutoff),
    settings,
    stored?.scoredThrough ?? closed,
  );
  const before = stored?.scoredThrough ?? firstDay(editions, settings) ?? closed;

  const scoredThrough = Math.max(closed, before);
  // Before the first forecast there is nothing to score.
  const rows =
    editions.length === 0 ? [] : await scoreDays(ports, past, editions, { before, closed, scoredThrough });
  const next: LedgerState = {
    schemaVersion: 1,
    scoredThrough,
    editions: keptEditions(editions, settings, scoredThrough),
  };
  await ledger.putState(record, next);
  return trackOf(rows, settings, scoredThrough);
}

/** Scores the days that are to be scored, and answers the rows of the last ones. */
async function scoreDays(
  ports: ScoreForecastsPorts,
  past: SeriesPast,
  editions: readonly LedgerEdition[],
  { before, closed, scoredThrough }: { before: number; closed: number; scoredThrough: number },
): Promise<LedgerRow[]> {
  const { ledger, history } = ports;
  const { record, settings } = past;
  const firstOpen = Math.min(before - correctedDays + 1, closed);
  const months = monthsOf(Math.min(firstOpen, closed - recentDays(settings.stepSeconds)), scoredThrough);
  const was = await ledger.read(record, months);
  let rows = was;
  const window = (first: number, last: number) => ({
    start: startOfDay(settings.timeZone, first),
    end: stepAfter(
      settings.timeZone,
      startOfDay(settings.timeZone, last),
      Math.max(86_400, settings.stepSeconds),
    ),
  });
  let observations = await history.read(record, window(firstOpen - 7, closed));
  const days = daysToScore(past, editions, { from: firstOpen, before, closed }, was, observations);
  if (days.length > 0) {
    // The naive of a forecast stands on the hours before it.
    const first = window(days[0]! - everyDay - 1, closed);
    if (first.start < window(firstOpen - 7, closed).start) observations = await history.read(record, first);
    const models = new Map<string, Edition | undefined>();
    for (const day of days) {
      const scored = await scoreOne(ports, past, editions, models, day, observations);
      const isCorrection = was.some((row) => row.day === day);
      // Where a forecast is no longer kept, a correction would know less than what it corrects.
      if (scored.complete || !isCorrection) rows = [...rows.filter((row) => row.day !== day), ...scored.rows];
    }
    for (const month of new Set(days.map(monthOf)))
      await ledger.replace(
        record,
        month,
        rows.filter(({ day }) => monthOf(day) === month).sort((a, b) => a.day - b.day),
      );
  }
  return rows;
}

const firstDay = (editions: readonly LedgerEdition[], { timeZone }: SeriesSettings): number | undefined =>
  editions[0] === undefined ? undefined : localDay(timeZone, editions[0].cutoff) - 1;

/** Dates that are over and were not scored, or on other actuals than those that are known by now. */
function daysToScore(
  { settings, calendar }: SeriesPast,
  editions: readonly LedgerEdition[],
  { from, before, closed }: { from: number; before: number; closed: number },
  rows: readonly LedgerRow[],
  observations: Observations,
): number[] {
  const scored = new Map(rows.map(({ day, actuals }) => [day, actuals]));
  const days = new Set<number>();
  for (let day = from; day <= closed; day++) {
    const came = actualsOf(observations, spanOf(settings, day));
    if (came === undefined || scored.get(day) === came) continue;
    days.add(day);
    if (day > before) continue;
    // Of a day that is corrected, its week and its events were scored on later days.
    for (const later of [sundayOf(day), ...endsOfEvents(calendar, settings, day)])
      if (later <= before) days.add(later);
  }
  return [...days].filter((day) => editionsFor(editions, settings, day).length > 0).sort((a, b) => a - b);
}

const sundayOf = (day: number) => day + 6 - ((((day + 3) % 7) + 7) % 7);

function endsOfEvents({ events }: Calendar, settings: SeriesSettings, day: number): number[] {
  const { start, end } = spanOf(settings, day);
  return events.flatMap((event) =>
    event.end !== undefined && event.start < end && event.end > start
      ? [localDay(settings.timeZone, event.end - 1)]
      : [],
  );
}

const spanOf = ({ timeZone, stepSeconds }: SeriesSettings, day: number): Span => {
  const start = startOfDay(timeZone, day);
  return { start, end: stepAfter(timeZone, start, Math.max(86_400, stepSeconds)) };
};

/** Fingerprint of the rows of a span; undefined where there are none (of weekly steps: none begins on its first date). */
function actualsOf({ time, value }: Observations, { start, end }: Span): string | undefined {
  const first = time.findIndex((at) => at >= start);
  if (first < 0 || time[first]! >= Math.min(end, start + 25 * 3_600_000)) return undefined;
  let last = first;
  while (last < time.length && time[last]! < end) last++;
  const bytes = (column: Float64Array) => new Uint8Array(column.slice(first, last).buffer);
  return createHash('sha256').update(bytes(time)).update(bytes(value)).digest('base64url').slice(0, 16);
}

async function scoreOne(
  { forecasts }: ScoreForecastsPorts,
  { settings, calendar, digests }: SeriesPast,
  all: readonly LedgerEdition[],
  models: Map<string, Edition | undefined>,
  day: number,
  observations: Observations,
): Promise<{ rows: LedgerRow[]; complete: boolean }> {
  const span = spanOf(settings, day);
  const chosen = editionsFor(all, settings, day);
  const editions: Edition[] = [];
  for (const edition of chosen) {
    if (!models.has(edition.modelKey)) models.set(edition.modelKey, await readEdition(forecasts, edition));
    const read = models.get(edition.modelKey);
    if (read !== undefined) editions.push(read);
  }
  const quantiles = scoredQuantiles;
  const actuals = actualsOf(observations, span) ?? '';
  const scored = scoreDay({ span, editions, observations, digests, settings, calendar, quantiles });
  return {
    rows: scored.map((row) => ({ ...row, day, actuals })),
    complete: editions.length === chosen.length,
  };
}

/** Undefined for a model that is no longer kept, or that another version of the engine made. */
async function readEdition(
  forecasts: Pick<ForecastStore, 'getModel'>,
  { modelKey, widths }: LedgerEdition,
): Promise<Edition | undefined> {
  const bytes = await forecasts.getModel(modelKey);
  if (bytes === undefined) return undefined;
  try {
    const model = decodeModel(bytes);
    return {
      model,
      ...(widths !== undefined && { stretched: (lead: number) => widthAt(widths, lead / dayMs) }),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Bands whose intervals are learnt, by the days ahead that they end with. */
const learnt: readonly { until: number; of: readonly string[] }[] = [
  { until: 1, of: ['1h', '1d'] },
  { until: 7, of: ['7d'] },
  { until: 30, of: ['30d'] },
  { until: 90, of: ['90d'] },
  { until: 366, of: ['1y'] },
];

/** How forecasts did over the last days up to one, and what follows for the width of intervals. */
function trackOf(rows: readonly LedgerRow[], settings: SeriesSettings, scoredThrough: number): TrackRecord {
  const { stepSeconds } = settings;
  const recent = rows.filter(
    ({ day, event }) =>
      event === undefined && day > scoredThrough - recentDays(stepSeconds) && day <= scoredThrough,
  );
  const track: TrackRecord = { scoredThrough, bands: [], widths: [] };
  for (const { band } of bands) {
    const own = recent.filter((row) => row.band === band && row.grain === 'step');
    if (own.length === 0) continue;
    const [model, naive] = (['model', 'naive'] as const).map((side) => scoresOf(sumOf(own, side)));
    track.bands.push({
      band: band as TrackRecord['bands'][number]['band'],
      days: own.length,
      ...finite({ wape: model!.wape, naiveWape: naive!.wape, coverage: model!.coverage }),
    });
  }
  const week = weekOf(recent, scoredThrough);
  if (week !== undefined) track.week = week;
  // Widths are those of hours, as peaks are; what minutes scatter around their hour is another matter.
  const grain = stepSeconds < 3600 ? 'hour' : 'step';
  for (const { until, of } of learnt) {
    const own = recent.filter((row) => of.includes(row.band) && row.grain === grain);
    const seen = new Set(own.map(({ day }) => day)).size * Math.max(1, stepSeconds / 86_400);
    if (seen > 0)
      track.widths.push({ until, factor: rounded(learntWidth(sumOf(own, 'model'), stretches, seen)) });
  }
  const last = track.widths.at(-1);
  // Beyond what was seen, half as much is believed.
  if (last !== undefined) track.widths.push({ until: 100_000, factor: rounded(Math.sqrt(last.factor)) });
  return track;
}

function weekOf(recent: readonly LedgerRow[], scoredThrough: number): TrackRecord['week'] {
  const own = recent.filter(
    ({ day, band, grain }) =>
      day > scoredThrough - 7 && grain === 'step' && ['1h', '1d', '7d'].includes(band),
  );
  const [model, naive] = (['model', 'naive'] as const).map((side) => scoresOf(sumOf(own, side)));
  const week = { wape: model!.wape, naiveWape: naive!.wape, coverage: model!.coverage };
  const enough = new Set(own.map(({ day }) => day)).size >= 5;
  return enough && Object.values(week).every(Number.isFinite) ? week : undefined;
}

/** Three digits: a factor that hardly moved makes no other forecast. */
const rounded = (factor: number) => Number(factor.toPrecision(3));

export function sumOf(rows: readonly LedgerRow[], side: 'model' | 'naive') {
  const sum = newTally(scoredQuantiles.length);
  for (const row of rows) addTally(sum, row[side]);
  return sum;
}

/** What can be said: numbers that are not are left out. */
export const finite = <T extends Record<string, number>>(numbers: T): Partial<T> =>
  Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value))) as Partial<T>;

/** The month of a local date. */
export const monthOf = (day: number): string => dateText(day).slice(0, 7);

export function monthsOf(first: number, last: number): string[] {
  const months = new Set<string>();
  for (let day = first; day <= last; day++) months.add(monthOf(day));
  return [...months];
}
