import { type Clock, systemClock } from './clock.ts';
import type { StateMachine } from './definition.ts';
import { type ExecutionResult, runExecution } from './execution.ts';
import { runFlow } from './flow.ts';
import { type ExecutionEvent, History, historyLimit } from './history.ts';
import type { Integrations } from './integrations.ts';

export interface RunOptions {
  /** JSON. */
  input: unknown;
  /** `id` is the execution's ARN, `startTime` is ISO 8601. */
  execution: { id: string; name: string; startTime: string; roleArn?: string };
  /** `id` is the machine's ARN. */
  stateMachine: { id: string; name: string };
  integrations: Integrations;
  clock?: Clock;
  /** Numbers in [0, 1), for retries with jitter. */
  random?: () => number;
  /** Hears, in order, of all events of the execution and of the children of its Map Runs. */
  onEvent?: (event: ExecutionEvent) => void;
  /** Aborts the execution. */
  signal?: AbortSignal;
}

/** Runs a standard execution of a machine to its end. */
export function runStateMachine(machine: StateMachine, options: RunOptions): Promise<ExecutionResult> {
  const { input, execution, stateMachine, integrations, onEvent } = options;
  const { clock = systemClock, random = Math.random, signal = new AbortController().signal } = options;
  const surroundings = {
    identity: { execution: { roleArn: '', ...execution, input }, stateMachine },
    history: new History(execution.id, clock, historyLimit, onEvent),
    integrations,
    clock,
    random,
    runFlow,
    listen: onEvent,
  };
  return runExecution(machine, machine.timeoutSeconds, surroundings, signal);
}
