import { interruptible, within } from './clock.ts';
import type { TaskState } from './definition.ts';
import { TaskFailure } from './errors.ts';
import { asFailure } from './integrations.ts';
import { limited } from './limits.ts';
import type { Visit } from './visit.ts';

interface Call {
  functionName: string;
  payload: unknown;
}

/** Reads the evaluated Arguments of `lambda:invoke`: they may have come out of one expression. */
function callOf(visit: Visit, args: unknown): Call {
  const members = (typeof args === 'object' && args !== null ? args : {}) as Record<string, unknown>;
  const unknown = Object.keys(members).filter(
    (key) => !['FunctionName', 'Payload', 'Qualifier'].includes(key),
  );
  if (unknown.length > 0)
    throw visit.failure(
      'States.Runtime',
      `The field ${unknown.join(', ')} of lambda:invoke is not implemented here.`,
    );
  const { FunctionName: name, Qualifier: qualifier } = members;
  if (typeof name !== 'string') throw visit.unexpected('Arguments/FunctionName', 'string', name ?? null);
  if (qualifier !== undefined && typeof qualifier !== 'string')
    throw visit.unexpected('Arguments/Qualifier', 'string', qualifier);
  const functionName = qualifier === undefined ? name : `${name}:${qualifier}`;
  return { functionName, payload: 'Payload' in members ? members.Payload : {} };
}

/** What `lambda:invoke` puts around a function's answer. */
const envelope = (payload: unknown) => ({
  ExecutedVersion: '$LATEST',
  Payload: payload,
  SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: 200 },
  SdkResponseMetadata: {},
  StatusCode: 200,
});

/** Calls the task's function within its time limits and gives its result. */
export async function runTask(state: TaskState, visit: Visit): Promise<unknown> {
  const args = state.arguments === undefined ? visit.input : await visit.evaluate(state.arguments);
  const { functionName, payload } =
    state.resource.kind === 'invoke'
      ? callOf(visit, args)
      : { functionName: state.resource.arn, payload: args };
  limited(payload, `The state/task '${state.name}' was given an input`);
  const timeoutSeconds = await visit.number(state.timeoutSeconds, 'TimeoutSeconds');
  const heartbeatSeconds = await visit.number(state.heartbeatSeconds, 'HeartbeatSeconds');

  const { history, frame } = visit;
  const { integrations, clock } = frame.surroundings;
  history.record('TaskScheduled', { state: state.name, input: payload });
  history.record('TaskStarted', { state: state.name });
  const deadlines = [
    { seconds: timeoutSeconds, failure: new TaskFailure('States.Timeout') },
    { seconds: heartbeatSeconds, failure: new TaskFailure('States.HeartbeatTimeout') },
  ];
  try {
    const answer = await within(deadlines, clock, frame.signal, (signal) =>
      interruptible(integrations.invokeFunction(functionName, payload, signal), signal),
    );
    const result = answer.payload ?? null;
    limited(result, `The state/task '${functionName}' returned a result`);
    history.record('TaskSucceeded', { state: state.name, output: result });
    return state.resource.kind === 'invoke' ? envelope(result) : result;
  } catch (thrown) {
    if (frame.signal.aborted) throw frame.signal.reason;
    const failure = asFailure(thrown, 'Lambda.SdkClientException', `Cannot call ${functionName}`);
    const timedOut = deadlines.some((deadline) => deadline.failure === failure);
    history.record(timedOut ? 'TaskTimedOut' : 'TaskFailed', {
      state: state.name,
      error: failure.error,
      cause: failure.cause,
      retryCount: visit.retryCount,
    });
    throw failure;
  }
}
