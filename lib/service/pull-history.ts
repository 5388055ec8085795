import type { SeriesKey } from './contracts/series.ts';
import { type IngestPorts, ingestObservations } from './ingest-observations.ts';
import type { HistorySource } from './ports.ts';

export interface PullHistoryPorts extends IngestPorts {
  source: HistorySource;
}

const minuteMs = 60_000;

/**
 * Brings what is new at the source into the history: minutes from the overlap before the last known one until the last whole
 * minute. Each part is in the history before the next is asked for, so whoever is cut short goes on from there.
 * @throws HistorySourceFailed when the source refuses or answers what cannot be read, Unavailable when it does not answer
 */
export async function pullHistory(ports: PullHistoryPorts, series: SeriesKey): Promise<void> {
  const { source, registry, clock } = ports;
  const record = await registry.get(series);
  const now = Math.floor(clock().getTime() / minuteMs) * minuteMs;
  const start =
    record === undefined
      ? now - source.firstDays * 1440 * minuteMs
      : record.lastTime - source.overlapMinutes * minuteMs;
  for await (const { time, value } of source.rows(series, { start, end: now }))
    await ingestObservations(ports, series, {
      metricKind: source.metricKind,
      stepSeconds: 60,
      table: {
        series: new Map([['', { time, value, line: Uint32Array.from(time, (_, i) => i + 1) }]]),
        rejected: 0,
        rejections: [],
      },
    });
}
