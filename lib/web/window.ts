import {
  type Explanation,
  type Forecast,
  type Grain,
  type History,
  type PlannedEvent,
  readEvents,
  readExplanation,
  readForecast,
  readHistory,
  type Series,
  type Span,
} from './api.ts';
import { ceilTo, floorTo, grainOf, historyEnd } from './zoom.ts';

/** What a window of a series shows. */
export interface Shown {
  history: History;
  forecast: Forecast;
  events: PlannedEvent[];
  explanation: Explanation;
}

const nothing: Shown = {
  history: { time: [], value: [] },
  forecast: { time: [], mean: [], lower: [], upper: [] },
  events: [],
  explanation: { time: [], mean: [], ingredients: [] },
};

/** A window cut at whole steps of its grain: all of it, what was observed of it, and what is forecast of it. */
export function stretches(
  series: Series,
  span: Span,
): { grain: Grain; edges: Span; seen: Span | undefined; ahead: Span | undefined } {
  const grain = grainOf(span, series.stepSeconds);
  const { timeZone, forecast } = series;
  const edges = { start: floorTo(grain, span.start, timeZone), end: ceilTo(grain, span.end, timeZone) };
  const cutoff = ceilTo(grain, Date.parse(forecast?.cutoff ?? series.lastTime), timeZone);
  const horizonEnd = floorTo(grain, Date.parse(forecast?.horizonEnd ?? series.firstTime), timeZone);
  const some = (start: number, end: number) => (start < end ? { start, end } : undefined);
  return {
    grain,
    edges,
    seen: some(edges.start, Math.min(edges.end, ceilTo(grain, historyEnd(series), timeZone))),
    ahead: some(Math.max(edges.start, cutoff), Math.min(edges.end, horizonEnd)),
  };
}

export async function readWindow(series: Series, span: Span, signal: AbortSignal): Promise<Shown> {
  const { grain, edges, seen, ahead } = stretches(series, span);
  const [history, forecast, explanation, events] = await Promise.all([
    seen === undefined ? nothing.history : readHistory(series, seen, grain, signal),
    ahead === undefined ? nothing.forecast : readForecast(series, ahead, grain, signal),
    ahead === undefined || series.total ? nothing.explanation : readExplanation(series, ahead, grain, signal),
    series.total ? nothing.events : readEvents(series, edges, signal),
  ]);
  return { history, forecast, explanation, events };
}
