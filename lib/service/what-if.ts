import type { z } from 'zod';
import {
  addLocalDays,
  expand,
  type ForecastModel,
  fit as fitModel,
  type IntervalWidth,
  type SeriesSettings,
  type Span,
} from '../engine/index.ts';
import { checkCalendar, touches } from './calendar-events.ts';
import type { CalendarChange, CalendarDocument } from './contracts/calendar.ts';
import { grains, maxCells } from './contracts/http.ts';
import { type SeriesKey, type SeriesRecord, seriesId, seriesKeyOf } from './contracts/series.ts';
import type { SupposedChange, WhatIfBody, WhatIfSeries, whatIfAnswer } from './contracts/what-if.ts';
import { digestsWith } from './digest-history.ts';
import { InvalidRequest, NotFound } from './errors.ts';
import { peakWithin, spanOfEvent } from './event-peak.ts';
import { calendarOf } from './forecast-series.ts';
import { instantText, instantTexts } from './grain.ts';
import { type LocateForecastPorts, locateForecast, rounded } from './locate-forecast.ts';
import type { ModelCache } from './model-cache.ts';
import type {
  Clock,
  EventCalendar,
  ForecastStore,
  HistoryStore,
  HolidayCalendar,
  RunStore,
} from './ports.ts';
import { changedEvents } from './read-calendar-changes.ts';
import { warningsOf } from './warn-of-events.ts';
import { alignWindow, type GrainWindow } from './window.ts';

export interface WhatIfPorts extends LocateForecastPorts {
  regionIds: readonly string[];
  runs: Pick<RunStore, 'published' | 'get'>;
  history: Pick<HistoryStore, 'read'>;
  digests: Pick<ForecastStore, 'getDigests'>;
  calendar: Pick<EventCalendar, 'read'>;
  models: ModelCache;
  /** Asked for only when it is needed: it is large. */
  loadHolidays: () => Promise<HolidayCalendar>;
  clock: Clock;
}

type Change = CalendarChange['events'][number];
const dayMs = 86_400_000;
const yearMs = 365.25 * dayMs;

/**
 * Forecasts as they are published, and as they would be with another calendar or other growth: the same fit that a
 * refresh would make after the change, from the same digests, going on from the same model. Nothing is stored.
 *
 * @throws InvalidRequest for changes that cannot be, named by field, or for more numbers than one answer holds
 */
export async function whatIf(ports: WhatIfPorts, body: WhatIfBody): Promise<z.infer<typeof whatIfAnswer>> {
  const { region, calendar, runs, clock, regionIds } = ports;
  const published = await runs.published();
  if (published === undefined)
    throw new NotFound('There is no forecast yet: no run is published (POST /v1/refresh starts one)');
  const version = (await runs.get(published.runId))?.calendarVersion;
  const before = await calendar.read(version === undefined ? undefined : { version });
  const document = supposed(before.document, body.calendar);
  checkCalendar(document, region, regionIds);
  const changed = changedEvents(before, { ...before, document });
  const ids = new Set(changed.map(({ id }) => id));

  const answer: z.infer<typeof whatIfAnswer> = {
    series: [],
    refused: [],
    warnings: warningsOf(document, region.timeZone, clock().getTime(), ids),
  };
  for (const name of body.series) {
    const key = seriesKeyOf(name);
    try {
      answer.series.push(await ofSeries(ports, key, body, document, changed));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      answer.refused.push({ seriesId: name, reason: error.message });
    }
  }
  if (answer.series.length === 0 && answer.refused.length > 0)
    throw new NotFound(answer.refused.map(({ reason }) => reason).join('; '));
  return answer;
}

async function ofSeries(
  ports: WhatIfPorts,
  key: SeriesKey,
  body: WhatIfBody,
  document: CalendarDocument,
  changed: readonly Change[],
): Promise<WhatIfSeries> {
  const { timeZone } = ports.region;
  const { record, entry } = await locateForecast(ports, key);
  if (entry.modelKey === undefined || entry.status === 'fallback')
    throw new NotFound(
      `${seriesId(record)} has no forecast that can be asked: ${entry.reason ?? `it is ${entry.status}`}`,
    );
  const model = await ports.models.get(entry.modelKey);
  const widths = entry.track?.widths;
  const own = changed.filter(({ before, after }) =>
    [before, after].some((event) => event !== undefined && touches(event, record)),
  );
  const other = own.length === 0 ? model : await refitted(ports, record, model, document, widths);
  const grown = body.growth === undefined ? other : withGrowth(other, body.growth);

  const spans = own.flatMap(({ before, after }) =>
    [before, after].flatMap((event) => (event === undefined ? [] : [spanOfEvent(event, timeZone)])),
  );
  const window = windowOf(timeZone, model, body, spans);
  const published = columnsOf(model, window, body.quantiles);
  const whatIfColumns = columnsOf(grown, window, body.quantiles);
  const peaks =
    own.length > 0
      ? own.map(({ id, before, after }) => ({
          event: id,
          name: after?.name ?? before?.name ?? id,
          published: peakWithin(model, spanOfEvent((before ?? after)!, timeZone)),
          whatIf: peakWithin(grown, spanOfEvent((after ?? before)!, timeZone)),
        }))
      : [{ published: peakWithin(model, window), whatIf: peakWithin(grown, window) }];
  return {
    seriesId: seriesId(record),
    runId: entry.runId,
    timeZone,
    metricKind: record.metricKind,
    grain: window.grain,
    time: instantTexts(published.time),
    published: published.columns,
    whatIf: whatIfColumns.columns,
    peaks,
  };
}

/** The model that a refresh would make now with that calendar. */
async function refitted(
  ports: WhatIfPorts,
  record: SeriesRecord,
  model: ForecastModel,
  document: CalendarDocument,
  widths: readonly IntervalWidth[] | undefined,
): Promise<ForecastModel> {
  const settings: SeriesSettings = model.settings;
  const { cutoff, horizonEnd } = model;
  const holidays = await ports.loadHolidays();
  const calendar = calendarOf({ region: ports.region, holidays }, record, document, horizonEnd);
  const { digests } = await digestsWith(
    { history: ports.history, forecasts: ports.digests },
    record,
    settings,
    calendar,
  );
  const fitted = fitModel(digests, settings, calendar, {
    cutoff,
    horizonEnd,
    previous: model,
    ...(widths !== undefined && { widths }),
  });
  if (fitted.status === 'failed')
    throw new NotFound(`${seriesId(record)} cannot be forecast with that calendar: ${fitted.reason}`);
  return fitted.model;
}

/** The level of each day, that many times as high after a year, evenly in the logarithm. */
function withGrowth(model: ForecastModel, yearly: number): ForecastModel {
  const level = model.days.level.map((log, d) => {
    const factor = yearly ** ((d * dayMs) / yearMs);
    return Math.log(Math.max(Number.MIN_VALUE, (Math.exp(log) - model.offset) * factor + model.offset));
  });
  return { ...model, days: { ...model.days, level } };
}

/** The calendar after the changes, one after the other. Throws InvalidRequest that names the change. */
function supposed(document: CalendarDocument, changes: readonly SupposedChange[]): CalendarDocument {
  let { events } = document;
  changes.forEach((change, i) => {
    const id = change.op === 'put' ? change.event.id : change.id;
    const at = events.findIndex((event) => event.id === id);
    if (change.op === 'put') {
      events = at < 0 ? [...events, change.event] : events.with(at, change.event);
      return;
    }
    const event = events[at];
    if (event === undefined)
      throw new InvalidRequest(`The calendar has no event "${id}"`, [
        { at: `calendar.${i}.id`, got: id, expected: 'an event of the calendar: GET /v1/calendar/events' },
      ]);
    if (change.op === 'cancel') events = events.with(at, { ...event, status: 'cancelled' });
    else if (change.op === 'scale')
      events = events.with(at, { ...event, scale: (event.scale ?? 1) * change.factor });
    else
      events = events.with(at, {
        ...event,
        start: change.start ?? event.start,
        ...((change.end ?? event.end) !== undefined && { end: change.end ?? event.end }),
      });
  });
  return { schemaVersion: 1, events };
}

function windowOf(
  timeZone: string,
  model: ForecastModel,
  body: WhatIfBody,
  spans: readonly Span[],
): GrainWindow {
  const first = Math.min(...spans.map(({ start }) => start)) - dayMs;
  const last = Math.max(...spans.map(({ end }) => end)) + dayMs;
  const usual =
    spans.length > 0 && last > model.cutoff && first < model.horizonEnd
      ? { start: Math.max(first, model.cutoff), end: last }
      : { start: model.cutoff, end: addLocalDays(timeZone, model.cutoff, 7) };
  const start = body.start === undefined ? usual.start : Date.parse(body.start);
  const end = usual.end > start ? usual.end : addLocalDays(timeZone, start, 7);
  const window = alignWindow(
    timeZone,
    { start, end: body.end === undefined ? end : Date.parse(body.end), grain: body.grain },
    { start: model.cutoff, end: model.horizonEnd },
  );
  const steps = (window.end - window.start) / (grains[body.grain] * 1000);
  const cells = Math.ceil(steps) * (1 + 2 * (1 + body.quantiles.length)) * body.series.length;
  if (cells > maxCells)
    throw new InvalidRequest(`The answer would hold ${cells} numbers, and ${maxCells} are the most`, [
      {
        at: 'end',
        got: instantText(window.end),
        expected: 'a shorter window, a coarser grain, or fewer series and quantiles',
      },
    ]);
  return window;
}

function columnsOf(model: ForecastModel, { start, end, grain }: GrainWindow, quantiles: readonly string[]) {
  const found = expand(model, {
    start,
    end,
    stepSeconds: grains[grain],
    quantiles: quantiles.map(Number),
  });
  return {
    time: found.time,
    columns: {
      mean: Array.from(found.mean, rounded),
      quantiles: Object.fromEntries(
        quantiles.map((quantile, i) => [quantile, Array.from(found.quantiles[i]!, rounded)]),
      ),
    },
  };
}
