import type { Catcher, Retrier } from './definition.ts';
import type { Place } from './place.ts';
import { assignments, type FlowReach, reachOf } from './reach.ts';

const reserved = new Set([
  'States.ALL',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.ItemReaderFailed',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
  'States.BranchFailed',
  'States.NoChoiceMatched',
]);

/** Error names of one retrier or catcher; States.ALL must stand alone and in the last one. */
function errorEquals(place: Place, last: boolean): string[] {
  const field = place.at('ErrorEquals');
  const names = field.nonEmptyItems().map((item) => {
    const name = item.string();
    if (name.startsWith('States.') && !reserved.has(name))
      item.refuse(`${name} is no error name of the States Language with JSONata`);
    return name;
  });
  if (names.includes('States.ALL')) {
    if (names.length > 1) field.refuse('States.ALL must stand alone');
    if (!last) field.refuse('States.ALL must be in the last element');
  }
  return names;
}

export function loadRetry(place: Place): Retrier[] {
  if (!place.present) return [];
  return place.items().map((item, index, all) => {
    item.object([
      'ErrorEquals',
      'IntervalSeconds',
      'MaxAttempts',
      'BackoffRate',
      'MaxDelaySeconds',
      'JitterStrategy',
      'Comment',
    ]);
    const jitter = item.at('JitterStrategy');
    const retrier: Retrier = {
      errorEquals: errorEquals(item, index === all.length - 1),
      intervalSeconds: item.at('IntervalSeconds').number(1, 1, 99_999_999),
      maxAttempts: item.at('MaxAttempts').number(3, 0, 99_999_999),
      backoffRate: item.at('BackoffRate').number(2, 1, Number.MAX_VALUE, false),
      maxDelaySeconds: item.at('MaxDelaySeconds').number(Number.POSITIVE_INFINITY, 1, 31_622_400),
      jitter: jitter.present ? jitter.oneOf(['FULL', 'NONE'], 'NONE') : 'NONE',
    };
    if (retrier.maxDelaySeconds <= retrier.intervalSeconds && item.at('MaxDelaySeconds').present)
      item.at('MaxDelaySeconds').refuse('must be greater than IntervalSeconds');
    return retrier;
  });
}

export function loadCatch(place: Place, flow: FlowReach): Catcher[] {
  if (!place.present) return [];
  const reach = reachOf(flow, 'errorOutput');
  return place.items().map((item, index, all) => {
    item.object(['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment']);
    const next = item.at('Next').string();
    flow.targets.push({ name: next, place: item.at('Next') });
    return {
      errorEquals: errorEquals(item, index === all.length - 1),
      next,
      assign: assignments(item.at('Assign'), reach, 'Catch/Assign'),
      output: item.at('Output').optional('Catch/Output', reach),
    };
  });
}
