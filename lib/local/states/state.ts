import { choose } from './choice.ts';
import { interruptible } from './clock.ts';
import type { MapState, Outcome, ParallelState, State, TaskState } from './definition.ts';
import { runDistributedMap } from './distributed/map.ts';
import { TaskFailure } from './errors.ts';
import { limited } from './limits.ts';
import { runInlineMap } from './map.ts';
import { runParallel } from './parallel.ts';
import { catcherFor, Retries } from './retry.ts';
import { runTask } from './task.ts';
import { type Extras, type Frame, Visit } from './visit.ts';
import { wait } from './wait.ts';

/** Where a state goes, and with what. `next` undefined: the flow ends. */
interface Transition {
  output: unknown;
  next: string | undefined;
}

/** Evaluates Output and Assign on the variables as they were, assigns, and leaves the state. */
async function leave(
  visit: Visit,
  { assign, output }: Outcome,
  next: string | undefined,
  otherwise: unknown,
  extras: Extras = {},
): Promise<Transition> {
  const value = output === undefined ? otherwise : await visit.evaluate(output, extras);
  const assigned = await visit.optional(assign, extras);
  limited(value, `The state/task '${visit.state.name}' returned a result`);
  if (assigned !== undefined) {
    limited(assigned, `The state '${visit.state.name}' assigned variables`);
    visit.frame.scope.assign(assigned as Record<string, unknown>);
  }
  visit.history.record('StateExited', {
    state: visit.state.name,
    stateType: visit.state.type,
    output: value,
  });
  return { output: value, next };
}

function resultOf(state: TaskState | ParallelState | MapState, visit: Visit): Promise<unknown> {
  if (state.type === 'Task') return runTask(state, visit);
  if (state.type === 'Parallel') return runParallel(state, visit);
  return state.distribution
    ? runDistributedMap(state, state.distribution, visit)
    : runInlineMap(state, visit);
}

/** Runs a state that may fail: retries first, then the catchers. */
async function runWithRetries(
  state: TaskState | ParallelState | MapState,
  visit: Visit,
): Promise<Transition> {
  const { clock, random } = visit.frame.surroundings;
  const retries = new Retries(state.retry);
  for (;;) {
    try {
      const result = await resultOf(state, visit);
      return await leave(visit, state, state.next, result, { result });
    } catch (failure) {
      if (!(failure instanceof TaskFailure)) throw failure;
      const { signal } = visit.frame;
      const delaySeconds = retries.next(failure, random);
      if (delaySeconds !== undefined) {
        visit.retryCount += 1;
        const { error, cause } = failure;
        const { retryCount } = visit;
        visit.history.note('RetryScheduled', { state: state.name, error, cause, retryCount, delaySeconds });
        await interruptible(clock.sleep(delaySeconds * 1000, signal), signal);
        continue;
      }
      return await leaveByCatcher(state, visit, failure);
    }
  }
}

async function leaveByCatcher(
  state: TaskState | ParallelState | MapState,
  visit: Visit,
  failure: TaskFailure,
): Promise<Transition> {
  const catcher = catcherFor(failure, state.catch);
  if (catcher === undefined) throw failure;
  const { error, cause } = failure;
  visit.history.note('ErrorCaught', { state: state.name, error, cause, next: catcher.next });
  const errorOutput = {
    ...(error !== undefined && { Error: error }),
    ...(cause !== undefined && { Cause: cause }),
  };
  return leave(visit, catcher, catcher.next, errorOutput, { errorOutput });
}

/**
 * Runs one state.
 * @throws TaskFailure when it fails and nothing catches it; the signal's reason when it is interrupted
 */
export async function runState(state: State, input: unknown, frame: Frame): Promise<Transition> {
  const visit = new Visit(state, input, frame);
  switch (state.type) {
    case 'Pass':
      return leave(visit, state, state.next, input);
    case 'Succeed':
      return leave(visit, state, undefined, input);
    case 'Fail':
      throw new TaskFailure(await visit.text(state.error, 'Error'), await visit.text(state.cause, 'Cause'));
    case 'Wait':
      await wait(state, visit);
      return leave(visit, state, state.next, input);
    case 'Choice': {
      const { next, outcome } = await choose(state, visit);
      return leave(visit, outcome, next, input);
    }
    default:
      return runWithRetries(state, visit);
  }
}
