import type { SeasonSettings, Span } from './types.ts';

/** What may be said of one series. Every field has a default (`defaultConfiguration`). */
export interface SeriesConfiguration {
  seasons: SeasonSettings;
  /** Whether the public holidays of its region, and the events of the calendar, reach it. */
  holidays: boolean;
  events: boolean;
  /** Local dates (days since 1970-01-01) of breaks that are known beside those that are found. */
  breaks: readonly number[];
  /** Spans kept out of the fit beside those that are found. */
  exclusions: readonly Span[];
  quantiles: readonly number[];
}

export const defaultSeasons: SeasonSettings = { week: true, year: 'auto', periods: [] };

/**
 * The defaults, which hold where nothing is said. Only `year` is chosen by the history; everything else is what did
 * best over many series, and no choice series by series was seen to do better.
 */
export const defaultConfiguration: SeriesConfiguration = {
  seasons: defaultSeasons,
  holidays: true,
  events: true,
  breaks: [],
  exclusions: [],
  quantiles: [0.1, 0.5, 0.9],
};
