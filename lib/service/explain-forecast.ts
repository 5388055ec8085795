import type { z } from 'zod';
import { explain, type ForecastModel, learned } from '../engine/index.ts';
import { type explanationAnswer, grains, maxCells } from './contracts/http.ts';
import { dateText, instantText, instantTexts } from './grain.ts';
import {
  headOf,
  type LocatedForecast,
  modelOf,
  pageOf,
  type ReadModelPorts,
  rounded,
} from './locate-forecast.ts';
import type { WindowQuery } from './window.ts';

type Answer = z.infer<typeof explanationAnswer>;

/** Level, year, week, day and holiday, with time and mean; what more there is shows when it is made. */
const usualColumns = 7;

/**
 * What each ingredient adds to the mean of the window's steps, as columns, and what was found in the history.
 * Throws as `readForecast` does.
 */
export async function explainForecast(
  ports: ReadModelPorts,
  located: LocatedForecast,
  query: WindowQuery,
): Promise<Answer> {
  const model = await modelOf(ports, located);
  const { page, nextToken, time, mean, ingredients } = explainedPage(ports, located, model, query);
  return {
    ...headOf(ports.region, located),
    grain: page.grain,
    start: instantText(page.start),
    end: instantText(page.end),
    time: instantTexts(time),
    mean: Array.from(mean, rounded),
    ingredients: ingredients.map(({ kind, name, value }) => ({
      kind,
      name,
      value: Array.from(value, rounded),
    })),
    findings: findingsOf(model),
    words: learned(model),
    ...(nextToken !== undefined && { nextToken }),
  };
}

/** How many events a window meets is known only when it is explained: then a page that is too large is cut again. */
function explainedPage(
  { region }: ReadModelPorts,
  located: LocatedForecast,
  model: ForecastModel,
  query: WindowQuery,
) {
  for (let columns = usualColumns; ; ) {
    const cut = pageOf(region, located, model, { ...query, quantiles: undefined }, () => columns);
    const { start, end, grain } = cut.page;
    const explained = explain(model, { start, end, stepSeconds: grains[grain] });
    const needed = 2 + explained.ingredients.length;
    if (needed <= columns || explained.time.length * needed <= maxCells) return { ...cut, ...explained };
    columns = needed;
  }
}

function findingsOf({ findings }: ForecastModel): Answer['findings'] {
  return {
    exclusions: findings.exclusions.map(({ start, end, reason, size }) => ({
      start: instantText(start),
      end: instantText(end),
      reason,
      ...(Number.isFinite(size) && { size: rounded(size) }),
    })),
    breaks: findings.breaks.map(({ day, kind, size, declared }) => ({
      date: dateText(day),
      kind,
      size: rounded(size),
      declared,
    })),
  };
}
