import { type FitOptions, type Holiday, steps } from '../../../lib/engine/index.ts';
import { day, modelFrom, seeded } from '../series.ts';

export const firstDay = Date.UTC(2022, 0, 3) / day;

/** A gauge in days with a week and 5 % of noise whose log level is `log`, and its forecast of a year. */
export function dailyModel(
  days: number,
  log: (t: number) => number,
  seed = 1,
  options: Partial<FitOptions> = {},
  holidays: readonly Holiday[] = [],
) {
  const random = seeded(seed);
  const start = firstDay * day;
  const cutoff = start + days * day;
  const time = steps('UTC', start, cutoff, 86_400);
  const value = Float64Array.from(time, (_, t) => {
    const noise = 0.05 * Math.sqrt(6) * (random() + random() - 1);
    return 1000 * Math.exp(log(t) + (t % 7 >= 5 ? -0.4 : 0) + noise);
  });
  return modelFrom(
    { time, value },
    { timeZone: 'UTC', stepSeconds: 86_400, metricKind: 'gauge' },
    { cutoff, horizonEnd: cutoff + 364 * day, ...options },
    { holidays, events: [] },
  );
}

/** The log level that a model forecasts, d days ahead, above 1000 and less the weekend. */
export function logLevel({ days }: ReturnType<typeof dailyModel>, d: number): number {
  let sum = 0;
  for (let t = d; t < d + 7; t++) sum += days.level[t]! + days.year[t]! + days.weekday[t]!;
  return sum / 7 - Math.log(1000) + (0.4 * 2) / 7;
}
