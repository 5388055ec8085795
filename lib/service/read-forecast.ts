import type { z } from 'zod';
import { expand } from '../engine/index.ts';
import { type forecastAnswer, grains } from './contracts/http.ts';
import { instantText, instantTexts } from './grain.ts';
import {
  headOf,
  type LocatedForecast,
  modelOf,
  pageOf,
  type ReadModelPorts,
  rounded,
} from './locate-forecast.ts';
import type { WindowQuery } from './window.ts';

export interface ForecastQuery extends WindowQuery {
  /** Probabilities as they were written, ascending: "0.1". */
  quantiles?: readonly string[];
}

/**
 * The forecast's window as columns: by default seven days of hours from the cutoff, at 0.1, 0.5 and 0.9.
 * Throws InvalidRequest for a window outside the forecast, NotFound where the series has none, with the reason.
 */
export async function readForecast(
  ports: ReadModelPorts,
  located: LocatedForecast,
  query: ForecastQuery,
): Promise<z.infer<typeof forecastAnswer>> {
  const model = await modelOf(ports, located);
  const asked = { ...query, quantiles: query.quantiles };
  const { page, quantiles, nextToken } = pageOf(
    ports.region,
    located,
    model,
    asked,
    (_, columns) => 2 + columns.length,
  );
  const expansion = expand(model, {
    start: page.start,
    end: page.end,
    stepSeconds: grains[page.grain],
    quantiles: quantiles.map(Number),
  });
  return {
    ...headOf(ports.region, located),
    grain: page.grain,
    start: instantText(page.start),
    end: instantText(page.end),
    time: instantTexts(expansion.time),
    mean: Array.from(expansion.mean, rounded),
    quantiles: Object.fromEntries(
      quantiles.map((quantile, i) => [quantile, Array.from(expansion.quantiles[i]!, rounded)]),
    ),
    ...(nextToken !== undefined && { nextToken }),
  };
}
