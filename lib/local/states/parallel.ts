import type { ParallelState } from './definition.ts';
import { pool } from './pool.ts';
import { Scope } from './scope.ts';
import type { Visit } from './visit.ts';

/** Runs all branches at once on the same input; the result has their outputs in the order of the branches. */
export async function runParallel(state: ParallelState, visit: Visit): Promise<unknown[]> {
  const { frame, history } = visit;
  const input = state.arguments === undefined ? visit.input : await visit.evaluate(state.arguments);
  history.record('ParallelStateStarted', { state: state.name });
  try {
    const { branches } = state;
    const outputs = await pool(branches.length, branches.length, frame.signal, (index, signal) =>
      frame.surroundings.runFlow(branches[index]!, input, {
        ...frame,
        scope: new Scope(frame.scope),
        signal,
      }),
    );
    history.record('ParallelStateSucceeded', { state: state.name });
    return outputs;
  } catch (failure) {
    if (!frame.signal.aborted) history.record('ParallelStateFailed', { state: state.name });
    throw failure;
  }
}
