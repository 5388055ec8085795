import type { Span } from './types.ts';

/** Days that come again beside those of week and year: by the month (pay days, its end), or every so many days. */
export type Period =
  | {
      name: string;
      /** 1…31, or from the end of the month: −1 is its last day. A month that lacks a day leaves it out. */
      daysOfMonth: readonly number[];
      /** Where a day falls on a weekend or holiday: it stays, or moves to the working day before or after. */
      onDayOff?: 'stay' | 'before' | 'after';
    }
  | {
      name: string;
      /** Length in days, at least 2; half the history at most. */
      everyDays: number;
    };

/** What is believed to come again. */
export interface SeasonSettings {
  /** Whether days of the week differ, in their level and their profile. */
  week: boolean;
  /** Whether the level and the profile go with the year. `auto`: where the history is long enough to tell. */
  year: 'auto' | boolean;
  periods: readonly Period[];
}

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
