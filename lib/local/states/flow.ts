import { setImmediate as turn } from 'node:timers/promises';
import type { Flow } from './definition.ts';
import { runState } from './state.ts';
import type { Frame } from './visit.ts';

/** States between two turns of the event loop: a loop of Pass states must not starve timers and signals. */
const statesPerTurn = 50;

/** Runs a flow from its first state to its end and gives the last state's output. */
export async function runFlow(flow: Flow, input: unknown, frame: Frame): Promise<unknown> {
  let name = flow.startAt;
  let value = input;
  for (let count = 1; ; count += 1) {
    if (count % statesPerTurn === 0) await turn();
    frame.signal.throwIfAborted();
    const { output, next } = await runState(flow.states.get(name)!, value, frame);
    if (next === undefined) return output;
    name = next;
    value = output;
  }
}
