import type { DayLayout } from '../digest/layout.ts';
import type { LevelForecast } from '../level/forecast.ts';
import type { LevelHistory } from '../level/history.ts';
import type { Profile } from '../model/types.ts';
import { writeProfile } from '../profile/row.ts';
import { dayMs, localDay } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { SeriesSettings } from '../types.ts';
import type { BaseRate } from './edition.ts';

/**
 * What the model without events has for a minute of the past, as the value of a step: the day's own level from its
 * hours outside events or, where they are too few, the level carried to it.
 */
export function baseRate(
  settings: SeriesSettings,
  layout: DayLayout,
  history: LevelHistory,
  forecast: LevelForecast,
  profile: Profile,
  shape: Float64Array,
  dayOff: (day: number) => boolean,
): BaseRate {
  const rowOfDay = new Map<number, number>();
  history.day.forEach((day, row) => {
    rowOfDay.set(day, row);
  });
  const row = new Float64Array(layout.blocks);
  let current = Number.NaN;
  let level = 0;
  return (instant) => {
    const day = localDay(settings.timeZone, instant);
    if (day !== current) {
      current = day;
      const known = rowOfDay.get(day);
      level = known === undefined ? carriedTo(forecast, day) : history.level[known]!;
      writeProfile(profile, day, dayOff(day), row);
    }
    const wall = instant + offsetSpan(settings.timeZone, instant).offset - day * dayMs;
    const slot = Math.min(layout.steps - 1, Math.max(0, Math.floor(wall / layout.stepMs)));
    return level * row[(slot / layout.stepsPerBlock) | 0]! * shape[slot]!;
  };
}

function carriedTo(forecast: LevelForecast, day: number): number {
  const t = Math.min(forecast.past.length - 1, Math.max(0, day - forecast.firstRowDay));
  return Math.max(0, Math.exp(forecast.centre + forecast.past[t]! + forecast.season[t]!) - forecast.offset);
}
