import { within } from './clock.ts';
import type { Flow } from './definition.ts';
import { Interruption, TaskFailure } from './errors.ts';
import { limited } from './limits.ts';
import { Scope } from './scope.ts';
import type { Surroundings } from './visit.ts';

/** How an execution ended. */
export type ExecutionResult =
  | { status: 'SUCCEEDED'; output: unknown }
  | { status: 'FAILED'; error: string | undefined; cause: string | undefined }
  | { status: 'TIMED_OUT' }
  | { status: 'ABORTED' };

/** Runs a flow as an execution of its own: a machine, or a child of a Map Run. Never rejects but for a defect. */
export async function runExecution(
  flow: Flow,
  timeoutSeconds: number | undefined,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const { history, clock, identity } = surroundings;
  const { input } = identity.execution;
  history.record('ExecutionStarted', { input });
  const stop = new AbortController();
  const abort = () => stop.abort(new Interruption('aborted'));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    const deadline = { seconds: timeoutSeconds, failure: new Interruption('timed out') };
    const output = await within([deadline], clock, stop.signal, async (joint) => {
      limited(input, 'The execution was started');
      return surroundings.runFlow(flow, input, {
        surroundings,
        scope: new Scope(),
        mapItem: undefined,
        signal: joint,
      });
    });
    history.record('ExecutionSucceeded', { output });
    return { status: 'SUCCEEDED', output };
  } catch (thrown) {
    if (thrown instanceof TaskFailure) {
      const { error, cause } = thrown;
      history.record('ExecutionFailed', { error, cause });
      return { status: 'FAILED', error, cause };
    }
    if (!(thrown instanceof Interruption)) throw thrown;
    const timedOut = thrown.reason === 'timed out';
    history.record(timedOut ? 'ExecutionTimedOut' : 'ExecutionAborted');
    return { status: timedOut ? 'TIMED_OUT' : 'ABORTED' };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
