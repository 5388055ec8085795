import {
  DistributedMap,
  Errors,
  Map as InlineMap,
  ItemBatcher,
  OutputType,
  Pass,
  ProvideItems,
  ResultWriterV2,
  S3JsonItemReader,
  StateMachineType,
  Transformation,
  WriterConfig,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';
import type { ProductFunction } from './product-function.ts';
import type { Storage } from './storage.ts';
import { task } from './task.ts';

export interface ForecastSeriesProps {
  forecastBatch: ProductFunction<'forecast-batch'>;
  storage: Storage;
  limits: Configuration['limits'];
}

/**
 * The state ForecastSeries: one child execution for each batch of the manifest. A child answers
 * `{ outcomes: [...] }`, also for a batch that kills its function: then each series is tried alone, so that
 * the one that does it takes none of its neighbours along.
 */
export function forecastSeries(scope: Construct, { forecastBatch, storage, limits }: ForecastSeriesProps) {
  const alone = task(scope, 'ForecastOne', {
    function: forecastBatch,
    payload: '{% $states.input %}',
    outputs: '{% $states.result.Payload.outcomes[0] %}',
  });
  alone.addCatch(new Pass(scope, 'SeriesFailed'), {
    errors: [Errors.ALL],
    outputs: {
      team: '{% $states.input.Items[0].team %}',
      metric: '{% $states.input.Items[0].metric %}',
      status: 'failed',
      reason: "{% $substring($states.errorOutput.Error & ': ' & $states.errorOutput.Cause, 0, 300) %}",
    },
  });

  const oneByOne = InlineMap.jsonata(scope, 'ForecastOneByOne', {
    items: ProvideItems.jsonata('{% $states.input.Items %}'),
    itemSelector: {
      BatchInput: '{% $states.input.BatchInput %}',
      Items: ['{% $states.context.Map.Item.Value %}'],
    },
    // Ten at a time: a broken batch must not use up the concurrency that the sound ones need.
    maxConcurrency: 10,
    outputs: { outcomes: '{% $states.result %}' },
  }).itemProcessor(alone);

  const batch = task(scope, 'ForecastBatch', { function: forecastBatch, payload: '{% $states.input %}' });
  batch.addCatch(oneByOne, { errors: [Errors.ALL], outputs: '{% $states.input %}' });

  return DistributedMap.jsonata(scope, 'ForecastSeries', {
    itemReader: new S3JsonItemReader({ bucket: storage.forecasts, key: '{% $manifestKey %}' }),
    itemBatcher: new ItemBatcher({
      maxItemsPerBatch: limits.batchSize,
      batchInput: {
        runId: '{% $runId %}',
        scheduledTime: '{% $states.context.Execution.Input.scheduledTime %}',
        calendarVersion: '{% $calendarVersion %}',
      },
    }),
    maxConcurrency: limits.maxConcurrency,
    toleratedFailurePercentage: limits.toleratedFailurePercentage,
    // EXPRESS would cost less, but ends a child after five minutes: too short to try a batch one by one, and two
    // transitions for a hundred series are a fifth of the price of fitting them.
    mapExecutionType: StateMachineType.STANDARD,
    label: 'ForecastSeries',
    resultWriterV2: new ResultWriterV2({
      bucket: storage.forecasts,
      prefix: "{% 'runs/' & $runId & '/results' %}",
      writerConfig: new WriterConfig({ transformation: Transformation.NONE, outputType: OutputType.JSON }),
    }),
    outputs: {
      bucket: '{% $states.result.ResultWriterDetails.Bucket %}',
      key: '{% $states.result.ResultWriterDetails.Key %}',
    },
  }).itemProcessor(batch);
}
