import type { z } from 'zod';
import type { ingestReport } from '../../service/contracts/http.ts';
import type { notifyOutput, watchOutput } from '../../service/contracts/notices.ts';
import type { forecastBatchOutput, planRunOutput, publishOutput } from '../../service/contracts/refresh.ts';
import type { InboxReport } from '../../service/ingest-inbox.ts';
import type { Counts } from './observed.ts';

/** What of each function's output is counted. */

export const plannedCounts = ({ series, plan }: z.infer<typeof planRunOutput>): Counts =>
  plan === 'planned' ? { SeriesPlanned: series } : {};

export function outcomeCounts({ outcomes }: z.infer<typeof forecastBatchOutput>): Counts {
  const of = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  const amiss = (what: 'error' | 'coverage') =>
    outcomes.filter((outcome) => outcome.amiss?.includes(what)).length;
  return {
    SeriesForecast: of('ok'),
    SeriesStale: of('stale'),
    SeriesFallback: of('fallback'),
    SeriesFailed: of('failed'),
    SeriesWorseThanNaive: amiss('error'),
    SeriesOffCoverage: amiss('coverage'),
  };
}

export const publicationCounts = ({ result }: z.infer<typeof publishOutput>): Counts =>
  result === 'published' ? { RunsPublished: 1 } : { RunsSuperseded: 1 };

export const watchCounts = ({ found }: z.infer<typeof watchOutput>): Counts =>
  found === 'started' ? { CalendarRefreshes: 1 } : {};

export const noticeCounts = ({ notices }: z.infer<typeof notifyOutput>): Counts => ({ NoticesSent: notices });

export const failureCounts = (): Counts => ({ RunsFailed: 1 });

export const ingestCounts = ({
  accepted,
  rejected,
}: Pick<z.infer<typeof ingestReport>, 'accepted' | 'rejected'>): Counts => ({
  RowsAccepted: accepted,
  RowsRejected: rejected,
});

export const inboxCounts = (report: InboxReport): Counts =>
  report.status === 'ingested' ? ingestCounts(report) : { FilesRefused: 1 };
