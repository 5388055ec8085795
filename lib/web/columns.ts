import type { Forecast, History } from './api.ts';

/** Columns on one time axis, as uPlot draws them. undefined: no value there, null: a hole. */
export type Columns = [number[], ...(number | null | undefined)[][]];

export interface Lines {
  history: History;
  forecast: Forecast;
  /** As it was forecast before. */
  past?: Forecast | undefined;
  /** As it would be. */
  supposed?: Forecast | undefined;
}

/** Time, observed, then mean, lower and upper edge of the forecast, of the supposed and of the past one. */
export function columnsOf({ history, forecast, supposed, past }: Lines): Columns {
  const forecasts = [forecast, supposed, past];
  const time = [...new Set([history, ...forecasts].flatMap((one) => one?.time ?? []))].sort((a, b) => a - b);
  const place = new Map(time.map((at, i) => [at, i]));
  const column = (times: number[], values: (number | null)[]) => {
    const made: (number | null | undefined)[] = new Array(time.length).fill(undefined);
    times.forEach((at, i) => {
      made[place.get(at)!] = values[i];
    });
    return made;
  };
  return [
    time,
    column(history.time, history.value),
    ...forecasts.flatMap((one) =>
      (['mean', 'lower', 'upper'] as const).map((name) => column(one?.time ?? [], one?.[name] ?? [])),
    ),
  ];
}
