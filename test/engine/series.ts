import {
  type Calendar,
  digest,
  type FitOptions,
  type FitOutcome,
  type ForecastModel,
  fit as fitModel,
  localParts,
  type Observations,
  type SeriesSettings,
  steps,
} from '../../lib/engine/index.ts';

export const day = 86_400_000;

/** A generator of even numbers in [0, 1) that is the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Traffic with a day, a week, a year and some noise, from `start` until `end`. */
export function traffic(
  settings: SeriesSettings,
  start: number,
  end: number,
  { noise = 0.05, size = 100, seed = 1, growth = 0 } = {},
): Observations {
  const random = seeded(seed);
  const time = steps(settings.timeZone, start, end, settings.stepSeconds);
  const value = Float64Array.from(time, (at) => {
    const { hour, minute, weekday } = localParts(settings.timeZone, at);
    const year = 1 + 0.3 * Math.cos((2 * Math.PI * at) / (365.2425 * day));
    const week = weekday >= 5 ? 0.6 : 1;
    const clock =
      settings.stepSeconds >= 86_400 ? 1 : 1 + 0.7 * Math.sin((2 * Math.PI * (hour + minute / 60 - 9)) / 24);
    const wobble = 1 + noise * (random() + random() - 1) * Math.sqrt(6);
    return size * year * week * clock * Math.exp((growth * (at - start)) / (365 * day)) * wobble;
  });
  return { time, value };
}

export const noCalendar: Calendar = { holidays: [], events: [] };

/** The model of an outcome that must be one. */
export function modelOf(outcome: FitOutcome): ForecastModel {
  if (outcome.status === 'failed') throw new Error(outcome.reason);
  return outcome.model;
}

/** Digests and fits in one go. */
export function modelFrom(
  observations: Observations,
  settings: SeriesSettings,
  options: FitOptions,
  calendar: Calendar = noCalendar,
): ForecastModel {
  return modelOf(fitModel(digest(observations, settings, calendar), settings, calendar, options));
}
