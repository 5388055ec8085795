import type { z } from 'zod';
import { type ForecastModel, peaks, type Span } from '../engine/index.ts';
import { instantOf } from './calendar-events.ts';
import type { CalendarEntry } from './contracts/calendar.ts';
import type { eventPeak } from './contracts/notices.ts';
import { instantText } from './grain.ts';
import { rounded } from './locate-forecast.ts';

type Peak = z.infer<typeof eventPeak>;

const probabilities = ['0.5', '0.9', '0.99'] as const;
const dayMs = 86_400_000;

/** The highest step within the part of a span that is forecast: P50, P90, P99 and the likely time; undefined without one. */
export function peakWithin(model: ForecastModel, span: Span): Peak | undefined {
  const part = { start: Math.max(span.start, model.cutoff), end: Math.min(span.end, model.horizonEnd) };
  if (part.start >= part.end) return undefined;
  const found = peaks(model, [part], probabilities.map(Number), { of: 'step' });
  return {
    start: instantText(part.start),
    end: instantText(part.end),
    quantiles: Object.fromEntries(probabilities.map((p, i) => [p, rounded(found.quantiles[i]![0]!)])),
    time: instantText(found.time[0]!),
  };
}

/** When an event is, in a zone; of a launch its first day. */
export function spanOfEvent({ start, end }: CalendarEntry, timeZone: string): Span {
  const from = instantOf(start, timeZone);
  return { start: from, end: end === undefined ? from + dayMs : instantOf(end, timeZone) };
}
