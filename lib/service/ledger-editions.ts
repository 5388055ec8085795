import { localDay, localParts, type SeriesSettings } from '../engine/index.ts';
import type { LedgerEdition } from './contracts/accuracy.ts';
import type { ForecastEntry } from './contracts/refresh.ts';

/** A day's forecasts of so many days before are scored, the first one of each day; beyond, one every four weeks. */
export const everyDay = 30;
/** A scored day whose actuals change within so many days is scored anew. */
export const correctedDays = 30;
const longest = 366;
const quarterMs = 6 * 3_600_000;

/** Forecasts of entries that have a model of their own run. */
export function editionsOf(entries: readonly ForecastEntry[]): LedgerEdition[] {
  return entries.flatMap(({ status, runId, modelRunId, modelKey, cutoff, track }) =>
    status === 'ok' && runId === modelRunId && modelKey !== undefined && cutoff !== undefined
      ? [{ runId, modelKey, cutoff, ...(track !== undefined && { widths: track.widths }) }]
      : [],
  );
}

/**
 * What of the editions is kept once a day is scored: the first of each quarter of a day as long as that day may be
 * corrected, the first of each day as long as it is scored every day, then the first of each week for a year.
 *
 * @param editions by ascending cutoff
 * @param through the last local date that was scored
 */
export function keptEditions(
  editions: readonly LedgerEdition[],
  { timeZone }: SeriesSettings,
  through: number,
): LedgerEdition[] {
  const seen = new Set<string>();
  return editions.filter(({ cutoff }) => {
    const day = localDay(timeZone, cutoff);
    const age = through - day;
    if (age > longest + correctedDays) return false;
    const slot =
      age <= correctedDays
        ? `${day} ${quarterOf(timeZone, cutoff)}`
        : age <= everyDay + correctedDays
          ? `${day}`
          : `week ${weekOf(day)}`;
    if (seen.has(slot)) return false;
    seen.add(slot);
    return true;
  });
}

/** The editions that a local date is scored with: those of the date itself, the first of each date before. */
export function editionsFor(
  editions: readonly LedgerEdition[],
  { timeZone }: SeriesSettings,
  day: number,
): LedgerEdition[] {
  const seen = new Set<number>();
  const weeks = new Set<number>();
  return editions.filter(({ cutoff }) => {
    const date = localDay(timeZone, cutoff);
    const age = day - date;
    if (age < 0 || age > longest) return false;
    if (age === 0) return true;
    if (seen.has(date)) return false;
    seen.add(date);
    if (age <= everyDay) return true;
    const week = weekOf(date);
    if ((weekOf(day) - week) % 4 !== 0 || weeks.has(week)) return false;
    weeks.add(week);
    return true;
  });
}

/** Weeks from Monday, counted from the first one of 1970. */
const weekOf = (day: number) => Math.floor((day + 3) / 7);

function quarterOf(timeZone: string, instant: number): number {
  const { hour, minute } = localParts(timeZone, instant);
  return Math.floor((hour * 3_600_000 + minute * 60_000) / quarterMs);
}
