import type { Forecast, History } from './api.ts';

/** Columns on one time axis, as uPlot draws them. undefined: no value there, null: a hole. */
export type Columns = [number[], ...(number | null | undefined)[][]];

export function columnsOf({ history, forecast }: { history: History; forecast: Forecast }): Columns {
  const time = [...new Set([...history.time, ...forecast.time])].sort((a, b) => a - b);
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
    column(forecast.time, forecast.mean),
    column(forecast.time, forecast.lower),
    column(forecast.time, forecast.upper),
  ];
}
