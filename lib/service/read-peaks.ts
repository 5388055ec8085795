import type { z } from 'zod';
import { addLocalDays, dayPeaks, type ForecastModel, peaks, type Span } from '../engine/index.ts';
import { eventsOf } from './calendar-events.ts';
import type { CalendarDocument } from './contracts/calendar.ts';
import type { peaksAnswer, peaksBy } from './contracts/http.ts';
import { InvalidRequest } from './errors.ts';
import { instantText, instantTexts } from './grain.ts';
import {
  defaultQuantiles,
  headOf,
  type LocatedForecast,
  modelOf,
  type ReadModelPorts,
  rounded,
} from './locate-forecast.ts';
import { overlaps } from './read-events.ts';

type Answer = z.infer<typeof peaksAnswer>;

export interface PeaksQuery {
  start?: number;
  end?: number;
  by?: z.infer<typeof peaksBy>;
  /** Probabilities as they were written, ascending: "0.1". */
  quantiles?: readonly string[];
  /** A value of a step: adds the probability that the peak lies above it. */
  threshold?: number;
}

/** Windows of one answer at the most: with 21 quantiles as many numbers as a page of a forecast has. */
const mostWindows = 5000;

/**
 * How high it gets, and when: the distribution of the highest hourly mean of each local day or of the whole window,
 * or of the highest step within each event. By default each day until the forecast ends.
 * Throws InvalidRequest for a window outside the forecast, NotFound where the series has none, with the reason.
 *
 * @param document the calendar that says which events there are
 */
export async function readPeaks(
  ports: ReadModelPorts,
  located: LocatedForecast,
  document: CalendarDocument,
  query: PeaksQuery,
): Promise<Answer> {
  const { timeZone } = ports.region;
  const model = await modelOf(ports, located);
  const window = windowOf(model, query);
  const by = query.by ?? 'day';
  const names = query.quantiles ?? defaultQuantiles;
  const quantiles = names.map(Number);
  const { threshold } = query;

  const events =
    by === 'event'
      ? eventsOf(document, located.record, timeZone).filter((event) => overlaps(event, window))
      : [];
  const spans = by === 'event' ? events.map((event) => within(event, window)) : [window];
  const of = by === 'event' ? 'step' : 'hour';
  checkCount(by === 'day' ? (window.end - window.start) / 86_400_000 : spans.length);
  const days = by === 'day' ? dayPeaks(model, window, quantiles, threshold) : undefined;
  const found = days ?? peaks(model, spans, quantiles, { of, ...(threshold !== undefined && { threshold }) });
  const rows = days === undefined ? spans : daysOf(timeZone, days.day, window);
  return {
    ...headOf(ports.region, located),
    by,
    of,
    ...(by === 'event' && {
      event: events.map(({ id }) => id),
      name: events.map(({ id, name }) => name ?? id),
    }),
    start: rows.map(({ start }) => instantText(start)),
    end: rows.map(({ end }) => instantText(end)),
    quantiles: Object.fromEntries(names.map((name, i) => [name, Array.from(found.quantiles[i]!, rounded)])),
    time: instantTexts(found.time),
    ...(threshold !== undefined && { passing: Array.from(found.passing, rounded) }),
  };
}

/** What was asked for, as far as there is a forecast. */
function windowOf({ cutoff, horizonEnd }: ForecastModel, { start, end }: PeaksQuery): Span {
  if (start !== undefined && end !== undefined && end <= start)
    throw refuse('end', instantText(end), `an instant after start (${instantText(start)})`);
  const window = within(
    { start: start ?? cutoff, end: end ?? horizonEnd },
    { start: cutoff, end: horizonEnd },
  );
  const [at, got] = start !== undefined && start >= horizonEnd ? ['start', start] : ['end', end ?? start];
  if (window.start >= window.end)
    throw refuse(
      at as string,
      instantText(got as number),
      `a window that overlaps the forecast, ${instantText(cutoff)} to ${instantText(horizonEnd)}`,
    );
  return window;
}

/** The part of a span that lies in a window. A launch goes on to the window's end. */
const within = ({ start, end }: { start: number; end?: number }, window: Span): Span => ({
  start: Math.max(start, window.start),
  end: Math.min(end ?? window.end, window.end),
});

const daysOf = (timeZone: string, days: Float64Array, window: Span): Span[] =>
  Array.from(days, (day) => within({ start: day, end: addLocalDays(timeZone, day, 1) }, window));

function checkCount(windows: number): void {
  if (windows > mostWindows)
    throw refuse(
      'end',
      `${Math.ceil(windows)} windows`,
      `a shorter window: at most ${mostWindows} peaks at once`,
    );
}

const refuse = (at: string, got: string, expected: string) =>
  new InvalidRequest(`${at} is ${got}, expected ${expected}`, [{ at, got, expected }]);
