import type { ForecastModel } from '../model/types.ts';

export type IngredientKind = 'level' | 'year' | 'week' | 'day' | 'holiday' | 'period' | 'regressor' | 'event';

/** A model with its parts up to one switched on. */
export interface Stage {
  kind: IngredientKind;
  name: string;
  model: ForecastModel;
}

/**
 * The model without its events, part by part: the level alone, with the year, with the days of the week, with the
 * profile and shape of the day, with the holidays (their level and their profile of a day off), and period by period, regressor by regressor.
 */
export function stages(model: ForecastModel): Stage[] {
  const { days, extras, profile, shape } = model;
  const none = new Float32Array(days.level.length);
  const flat = new Float32Array(profile.coefficients.length).fill(1, 0, profile.blocks);
  const bare: ForecastModel = {
    ...model,
    days: { ...days, year: none, weekday: none, holiday: none, dayOff: new Uint8Array(none.length) },
    profile: { ...profile, coefficients: flat },
    shape: new Float32Array(shape.length).fill(1),
    extras: [],
    events: [],
  };
  const year = { ...bare, days: { ...bare.days, year: days.year } };
  const week = { ...year, days: { ...year.days, weekday: days.weekday } };
  const day = { ...week, profile, shape };
  const holiday = { ...day, days: { ...day.days, holiday: days.holiday, dayOff: days.dayOff } };
  return [
    { kind: 'level', name: 'level', model: bare },
    { kind: 'year', name: 'year', model: year },
    { kind: 'week', name: 'week', model: week },
    { kind: 'day', name: 'day', model: day },
    { kind: 'holiday', name: 'holiday', model: holiday },
    ...extras.map(
      ({ kind, name }, e): Stage => ({
        kind,
        name: `${kind} ${name}`,
        model: { ...holiday, extras: extras.slice(0, e + 1) },
      }),
    ),
  ];
}
