import type {
  ChoiceState,
  FailState,
  Flow,
  ParallelState,
  State,
  TaskState,
  WaitState,
} from './definition.ts';
import { loadCatch, loadRetry } from './load-errors.ts';
import { loadMap, mapFields } from './load-map.ts';
import type { Place } from './place.ts';
import { assignments, type FlowReach, type MachineReach, reachOf } from './reach.ts';
import { isTimestamp } from './timestamp.ts';

const every = ['Type', 'Comment', 'QueryLanguage'];
const going = [...every, 'Next', 'End', 'Output', 'Assign'];
const failing = [...going, 'Retry', 'Catch'];
const fields = {
  Task: [...failing, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Pass: going,
  Wait: [...going, 'Seconds', 'Timestamp'],
  Succeed: [...every, 'Output'],
  Fail: [...every, 'Error', 'Cause'],
  Choice: [...every, 'Choices', 'Default', 'Output', 'Assign'],
  Parallel: [...failing, 'Arguments', 'Branches'],
  Map: [...failing, ...mapFields],
};
const types = Object.keys(fields) as (keyof typeof fields)[];

const invoke = /^arn:aws[\w-]*:states:[^:]*:[^:]*:lambda:invoke$/;
const lambdaFunction = /^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:[\w-]+(:[\w$-]+)?$/;

/** Where a state goes: Next, or undefined with `"End": true`. */
function loadNext(place: Place, flow: FlowReach): string | undefined {
  const [next, end] = [place.at('Next'), place.at('End')];
  if (end.present && end.value !== true) end.refuse('expected true');
  if (next.present === end.present) place.refuse('needs either Next or "End": true, not both');
  if (!next.present) return undefined;
  flow.targets.push({ name: next.string(), place: next });
  return next.string();
}

function loadTask(name: string, place: Place, flow: FlowReach): TaskState {
  const resourcePlace = place.at('Resource');
  const arn = resourcePlace.string();
  const kind = invoke.test(arn) ? 'invoke' : 'function';
  if (kind === 'function' && !lambdaFunction.test(arn))
    resourcePlace.refuse(
      `the resource ${arn} is not implemented here; expected arn:aws:states:::lambda:invoke or the ARN of a Lambda function`,
    );
  const args = place.at('Arguments');
  if (kind === 'invoke' && !args.isExpression() && args.object(['FunctionName', 'Payload', 'Qualifier'])) {
    args.at('FunctionName').string();
    if (args.at('Qualifier').present) args.at('Qualifier').string();
  }
  const reach = reachOf(flow);
  return {
    type: 'Task',
    name,
    next: loadNext(place, flow),
    resource: kind === 'invoke' ? { kind } : { kind, arn },
    arguments: args.optional('Arguments', reach),
    timeoutSeconds: place.at('TimeoutSeconds').setting('TimeoutSeconds', reach, 1, 99_999_999),
    heartbeatSeconds: loadHeartbeat(place, flow),
    retry: loadRetry(place.at('Retry')),
    catch: loadCatch(place.at('Catch'), flow),
    ...loadOutcome(place, flow, 'result'),
  };
}

function loadHeartbeat(place: Place, flow: FlowReach) {
  const [heartbeat, timeout] = [place.at('HeartbeatSeconds'), place.at('TimeoutSeconds')];
  if (
    typeof heartbeat.value === 'number' &&
    typeof timeout.value === 'number' &&
    heartbeat.value >= timeout.value
  )
    heartbeat.refuse(`must be smaller than TimeoutSeconds (${timeout.value})`);
  return heartbeat.setting('HeartbeatSeconds', reachOf(flow), 1, 99_999_999);
}

function loadOutcome(place: Place, flow: FlowReach, member?: 'result') {
  const reach = reachOf(flow, member);
  return {
    assign: assignments(place.at('Assign'), reach),
    output: place.at('Output').optional('Output', reach),
  };
}

function loadWait(name: string, place: Place, flow: FlowReach): WaitState {
  const [seconds, timestamp] = [place.at('Seconds'), place.at('Timestamp')];
  if (seconds.present === timestamp.present) place.refuse('needs either Seconds or Timestamp, not both');
  if (timestamp.present && !timestamp.isExpression() && !isTimestamp(timestamp.value))
    timestamp.refuse(
      `expected a timestamp such as 2026-03-01T12:00:00Z, got ${JSON.stringify(timestamp.value)}`,
    );
  return {
    type: 'Wait',
    name,
    next: loadNext(place, flow),
    seconds: seconds.setting('Seconds', reachOf(flow), 0, 99_999_999),
    timestamp: timestamp.optional('Timestamp', reachOf(flow)),
    ...loadOutcome(place, flow),
  };
}

function loadChoice(name: string, place: Place, flow: FlowReach): ChoiceState {
  const fallback = place.at('Default');
  if (fallback.present) flow.targets.push({ name: fallback.string(), place: fallback });
  const choices = place
    .at('Choices')
    .nonEmptyItems()
    .map((rule) => {
      rule.object(['Condition', 'Next', 'Assign', 'Output', 'Comment']);
      const condition = rule.at('Condition');
      if (typeof condition.value !== 'boolean' && !condition.isExpression())
        condition.refuse('expected an expression {% … %}, true or false');
      const next = rule.at('Next').string();
      flow.targets.push({ name: next, place: rule.at('Next') });
      return { condition: condition.template('Condition', reachOf(flow)), next, ...loadOutcome(rule, flow) };
    });
  return {
    type: 'Choice',
    name,
    choices,
    default: fallback.present ? fallback.string() : undefined,
    ...loadOutcome(place, flow),
  };
}

function loadFail(name: string, place: Place, flow: FlowReach): FailState {
  const reach = reachOf(flow);
  return {
    type: 'Fail',
    name,
    error: place.at('Error').text('Error', reach),
    cause: place.at('Cause').text('Cause', reach),
  };
}

function loadParallel(name: string, place: Place, flow: FlowReach, machine: MachineReach): ParallelState {
  const branches = place
    .at('Branches')
    .nonEmptyItems()
    .map((branch): Flow => {
      branch.object(['StartAt', 'States', 'Comment', 'QueryLanguage']);
      requireJsonata(branch);
      return machine.loadFlow(branch, flow.variables, machine);
    });
  return {
    type: 'Parallel',
    name,
    next: loadNext(place, flow),
    branches,
    arguments: place.at('Arguments').optional('Arguments', reachOf(flow)),
    retry: loadRetry(place.at('Retry')),
    catch: loadCatch(place.at('Catch'), flow),
    ...loadOutcome(place, flow, 'result'),
  };
}

/** Refuses a query language other than JSONata; absent, it is the one of the machine. */
export function requireJsonata(place: Place): void {
  const language = place.at('QueryLanguage');
  if (language.present) language.oneOf(['JSONata'], 'JSONata');
}

/** Reads one state; undefined when its type is refused. */
export function loadState(
  name: string,
  place: Place,
  flow: FlowReach,
  machine: MachineReach,
): State | undefined {
  if (!place.isObject()) return undefined;
  const type = place.at('Type');
  if (!types.includes(type.value as keyof typeof fields)) {
    type.refuse(
      `the state type ${JSON.stringify(type.value)} is not implemented here; expected one of ${types.join(', ')}`,
    );
    return undefined;
  }
  const known = type.value as keyof typeof fields;
  place.object(fields[known]);
  requireJsonata(place);
  switch (known) {
    case 'Task':
      return loadTask(name, place, flow);
    case 'Pass':
      return { type: known, name, next: loadNext(place, flow), ...loadOutcome(place, flow) };
    case 'Wait':
      return loadWait(name, place, flow);
    case 'Succeed':
      return { type: known, name, output: place.at('Output').optional('Output', reachOf(flow)) };
    case 'Fail':
      return loadFail(name, place, flow);
    case 'Choice':
      return loadChoice(name, place, flow);
    case 'Parallel':
      return loadParallel(name, place, flow, machine);
    case 'Map':
      return {
        ...loadMap(name, place, flow, machine),
        next: loadNext(place, flow),
        retry: loadRetry(place.at('Retry')),
        catch: loadCatch(place.at('Catch'), flow),
        ...loadOutcome(place, flow, 'result'),
      };
  }
}
