import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MiddlewareObj } from '@middy/core';
import type { FunctionName } from '../../service/contracts/environment.ts';

/** Names of what is counted, in the CloudWatch namespace CloudTune. */
export type MetricName =
  | 'SeriesPlanned'
  | 'SeriesForecast'
  | 'SeriesStale'
  | 'SeriesFallback'
  | 'SeriesFailed'
  | 'SeriesWorseThanNaive'
  | 'SeriesOffCoverage'
  | 'RunsPublished'
  | 'RunsSuperseded'
  | 'RunsFailed'
  | 'CalendarRefreshes'
  | 'NoticesSent'
  | 'RowsAccepted'
  | 'RowsRejected'
  | 'FilesRefused';
export type Counts = Partial<Record<MetricName, number>>;

export interface Observer {
  logger: Logger;
  count(counts: Counts): void;
}

/** Logs as JSON lines and metrics as EMF lines, both on the function's standard output. */
export function observer(name: FunctionName, region: string): Observer & { flush(): void } {
  const logger = new Logger({ serviceName: name, persistentKeys: { region } });
  const metrics = new Metrics({
    namespace: 'CloudTune',
    serviceName: name,
    defaultDimensions: { region },
  });
  let counted = false;
  return {
    logger,
    count(counts) {
      for (const [metric, value] of Object.entries(counts)) {
        metrics.addMetric(metric, MetricUnit.Count, value);
        counted = true;
      }
    },
    flush() {
      if (counted) metrics.publishStoredMetrics();
      counted = false;
    },
  };
}

/**
 * Middleware: each invocation's logs carry the request and the run, its output is counted, and an error is logged
 * and thrown on as it is, so that Step Functions can match its name.
 */
export function observed<Output>(
  { logger, count, flush }: ReturnType<typeof observer>,
  countsOf: (output: Output) => Counts = () => ({}),
): MiddlewareObj<unknown, Output> {
  return {
    before({ event, context }) {
      logger.resetKeys();
      logger.addContext(context);
      const runId = runIdIn(event);
      if (runId !== undefined) logger.appendKeys({ runId });
    },
    after({ response }) {
      count(countsOf(response as Output));
      flush();
    },
    onError({ error }) {
      logger.error(error instanceof Error ? error.message : String(error), error as Error);
      flush();
    },
  };
}

function runIdIn(event: unknown): string | undefined {
  const { runId, BatchInput } = (event ?? {}) as { runId?: unknown; BatchInput?: { runId?: unknown } };
  const id = runId ?? BatchInput?.runId;
  return typeof id === 'string' ? id : undefined;
}
