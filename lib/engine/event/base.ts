import type { DayLayout } from '../digest/layout.ts';
import type { LevelForecast } from '../level/forecast.ts';
import type { LevelHistory } from '../level/history.ts';
import type { Profile } from '../model/types.ts';
import { writeProfile } from '../profile/row.ts';
import { dayMs, localDay } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { SeriesSettings } from '../types.ts';
import type { BaseRate } from './edition.ts';

/** Days on either side that stand in for a day all of which an event takes, and the days in which their weight falls by e. */
const reach = 28;
const memory = 7;

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

/** The level of a day without one of its own: the mean of its neighbours' adjusted levels, those nearest first. */
function carriedTo(forecast: LevelForecast, day: number): number {
  const { adjusted, past, season, firstRowDay } = forecast;
  const t = Math.min(past.length - 1, Math.max(0, day - firstRowDay));
  let sum = 0;
  let weights = 0;
  for (let u = Math.max(0, t - reach); u <= Math.min(adjusted.length - 1, t + reach); u++) {
    if (Number.isNaN(adjusted[u]!)) continue;
    const weight = Math.exp(-Math.abs(u - t) / memory);
    sum += weight * adjusted[u]!;
    weights += weight;
  }
  const level = weights > 0 ? sum / weights : past[t]!;
  return Math.max(0, Math.exp(forecast.centre + level + season[t]!) - forecast.offset);
}
