import type { z } from 'zod';
import type {
  ForecastEntry,
  forecastBatchInput,
  forecastBatchOutput,
  SeriesOutcome,
} from './contracts/refresh.ts';
import type { SeriesKey } from './contracts/series.ts';
import { reasonOf, Unavailable } from './errors.ts';
import { type ForecastSeriesPorts, forecastSeries } from './forecast-series.ts';
import { keepForecast } from './keep-forecast.ts';
import type { EventCalendar, ForecastIndex, HistorySource, RunStore } from './ports.ts';
import { type PullHistoryPorts, pullHistory } from './pull-history.ts';

export interface ForecastBatchPorts extends ForecastSeriesPorts, Omit<PullHistoryPorts, 'source'> {
  /** Where new minutes are pulled from first; without it they are in the history already. */
  source?: HistorySource;
  index: ForecastIndex;
  calendar: Pick<EventCalendar, 'read'>;
  runs: Pick<RunStore, 'published'>;
}

/** Each series that storage does not answer for costs seconds: that many in a row, and it is down. */
const mostInARow = 3;

/**
 * Forecasts the series of a batch one after the other, so that memory holds one history at a time. What becomes of
 * one never touches its neighbours: an exception is that series' outcome. Only when storage answers for none of
 * them, or for several in a row, does the batch throw Unavailable, to be tried again when it may answer. What an
 * earlier attempt finished is not done twice.
 */
export async function forecastBatch(
  ports: ForecastBatchPorts,
  input: z.infer<typeof forecastBatchInput>,
): Promise<z.infer<typeof forecastBatchOutput>> {
  const { source } = ports;
  const { runId, calendarVersion } = input.BatchInput;
  const keys = input.Items.map((item) => ({ ...item, region: ports.region.region }));
  const done = await ports.index.getMany(keys, runId);
  const published = await ports.runs.published();
  const { document: events } = await ports.calendar.read({ version: calendarVersion });
  const last =
    published === undefined || published.runId === runId
      ? []
      : await ports.index.getMany(keys, published.runId);

  const outcomes: SeriesOutcome[] = [];
  const unanswered: { series: SeriesKey; last: ForecastEntry | undefined; error: Unavailable }[] = [];
  let inARow = 0;
  for (const [i, series] of keys.entries()) {
    const earlier = done[i];
    if (earlier?.status === 'ok' || earlier?.status === 'fallback') {
      outcomes.push(outcomeOf(earlier));
      continue;
    }
    try {
      if (source !== undefined) await pullHistory({ ...ports, source }, series);
      const entry = await forecastSeries(ports, series, runId, last[i], events);
      await ports.index.put(entry);
      outcomes.push(outcomeOf(entry));
      inARow = 0;
    } catch (error) {
      if (!(error instanceof Unavailable)) {
        outcomes.push(await settle(ports, runId, series, last[i], error));
        inARow = 0;
        continue;
      }
      unanswered.push({ series, last: last[i], error });
      if (++inARow === mostInARow) break;
    }
  }
  const latest = unanswered.at(-1);
  if (latest !== undefined && (inARow === mostInARow || unanswered.length === keys.length))
    throw new Unavailable(
      `Storage did not answer for ${unanswered.length} of ${keys.length} series: ${latest.error.message}`,
      { cause: latest.error },
    );
  for (const { series, last, error } of unanswered)
    outcomes.push(await settle(ports, runId, series, last, error));
  return { outcomes };
}

/** Keeps the last forecast of a series that failed. Where not even that can be written, ReconcileRegion does it. */
async function settle(
  { index, maxStaleDays }: ForecastBatchPorts,
  runId: string,
  series: SeriesKey,
  last: ForecastEntry | undefined,
  error: unknown,
): Promise<SeriesOutcome> {
  const reason = reasonOf(error);
  const entry = keepForecast({ series, runId, reason, last, maxStaleDays });
  try {
    await index.put(entry);
    return outcomeOf(entry);
  } catch (second) {
    return {
      team: series.team,
      metric: series.metric,
      status: 'failed',
      reason: `${reason}; ${reasonOf(second)}`,
    };
  }
}

/** Points that the share of what 80 % intervals held may be off by. */
const coverageOff = 0.15;

function amissOf({ track }: ForecastEntry): NonNullable<SeriesOutcome['amiss']> {
  if (track?.week === undefined) return [];
  const { wape, naiveWape, coverage } = track.week;
  const amiss: NonNullable<SeriesOutcome['amiss']> = [];
  if (wape > naiveWape) amiss.push('error');
  if (Math.abs(coverage - 0.8) > coverageOff) amiss.push('coverage');
  return amiss;
}

function outcomeOf(entry: ForecastEntry): SeriesOutcome {
  const { team, metric, status, reason } = entry;
  const amiss = amissOf(entry);
  return {
    team,
    metric,
    status,
    ...(reason !== undefined && { reason }),
    ...(amiss.length > 0 && { amiss }),
  };
}
