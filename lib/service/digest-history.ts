import { createHash } from 'node:crypto';
import {
  addLocalDays,
  type Calendar,
  type DayDigest,
  decodeDigests,
  digest,
  digestVersion,
  encodeDigests,
  mergeDigests,
  type SeriesSettings,
  startOfLocalDay,
} from '../engine/index.ts';
import type { SeriesRecord } from './contracts/series.ts';
import type { ForecastStore, HistoryStore } from './ports.ts';

/** A short text that differs when any of what it is made of does. */
export const fingerprint = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);

/** Month → revision, in the order of the months: what a map's own order must not change. */
export const sortedRevisions = (revisions: Record<string, string>): [string, string][] =>
  Object.entries(revisions).sort(([a], [b]) => (a < b ? -1 : 1));

const dayMs = 86_400_000;

/** Months read in one go: bounds memory, whatever the length of the history. */
const monthsAtOnce = 24;

/** What `digestsWith` answers, stored; nothing is when nothing changed. */
export async function digestHistory(
  ports: { history: HistoryStore; forecasts: ForecastStore },
  record: SeriesRecord,
  settings: SeriesSettings,
  calendar: Calendar,
): Promise<DayDigest[]> {
  const { digests, revisions, madeWith, isNew } = await digestsWith(ports, record, settings, calendar);
  if (isNew)
    await ports.forecasts.putDigests(record, { digests: encodeDigests(digests), revisions, madeWith });
  return digests;
}

/**
 * The digests of a series, brought up to its recorded history and its events, whose steps they keep: only months
 * whose revision or events changed are read and digested.
 */
export async function digestsWith(
  {
    history,
    forecasts,
  }: { history: Pick<HistoryStore, 'read'>; forecasts: Pick<ForecastStore, 'getDigests'> },
  record: SeriesRecord,
  settings: SeriesSettings,
  calendar: Calendar,
): Promise<{ digests: DayDigest[]; revisions: Record<string, string>; madeWith: string; isNew: boolean }> {
  const madeWith = fingerprint([digestVersion, settings]);
  const months = madeFrom(record.revisions, calendar.events);
  const found = await forecasts.getDigests(record);
  const stored = found?.madeWith === madeWith ? found : undefined;
  const changed = sortedRevisions(months)
    .filter(([month, revision]) => stored?.revisions[month] !== revision)
    .map(([month]) => month);
  let digests = stored === undefined ? [] : decodeDigests(stored.digests);
  for (const window of windowsOf(changed, settings)) {
    const observations = await history.read(record, window);
    digests = mergeDigests(digests, digest(observations, settings, calendar));
  }
  return { digests, revisions: months, madeWith, isNew: changed.length > 0 };
}

/**
 * Month → revision of its history, with a fingerprint of the events that touch it, where there are any. A day is
 * taken more on either side for the steps around an event that are kept; a launch touches all that comes after it.
 */
function madeFrom(revisions: Record<string, string>, events: Calendar['events']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(revisions).map(([month, revision]) => {
      const [from, until] = [startOfMonth(month) - dayMs, startOfMonth(month, 1) + dayMs];
      const near = events.filter(({ start, end }) => start < until && (end ?? until) > from);
      return [month, near.length === 0 ? revision : `${revision} ${fingerprint(near)}`];
    }),
  );
}

/** Spans of consecutive UTC months, widened so that the local days (and rows of a week) at their edges are whole. */
function windowsOf(months: readonly string[], { timeZone, stepSeconds }: SeriesSettings) {
  const spans: { first: string; end: number; months: number }[] = [];
  for (const month of months) {
    const last = spans.at(-1);
    if (last !== undefined && last.end === startOfMonth(month) && last.months < monthsAtOnce) {
      last.end = startOfMonth(month, 1);
      last.months++;
    } else spans.push({ first: month, end: startOfMonth(month, 1), months: 1 });
  }
  return spans.map(({ first, end }) => {
    const lead = stepSeconds > 86_400 ? stepSeconds * 1000 : 0;
    const lastDay = startOfLocalDay(timeZone, end - 1);
    return {
      start: startOfLocalDay(timeZone, startOfMonth(first) - lead),
      end: addLocalDays(timeZone, lastDay, 1),
    };
  });
}

/** First instant of a UTC month YYYY-MM, or of one `later` months after it. */
function startOfMonth(month: string, later = 0): number {
  const [year, index] = month.split('-').map(Number);
  return Date.UTC(year!, index! - 1 + later);
}
