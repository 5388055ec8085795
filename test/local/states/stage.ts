import { setImmediate as turn } from 'node:timers/promises';
import {
  type Clock,
  type ExecutionEvent,
  type Integrations,
  loadStateMachine,
  type RunOptions,
  runStateMachine,
  TaskFailure,
} from '../../../lib/local/states/index.ts';

/** A clock that jumps to the next waking as soon as nothing else happens. */
export class VirtualClock implements Clock {
  #now = Date.parse('2026-03-01T00:00:00Z');
  #sleepers: { at: number; wake: () => void }[] = [];
  #pumping = false;
  readonly slept: number[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      const leave = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#sleepers.push(sleeper);
      if (!this.#pumping) void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#sleepers.length > 0) {
      for (let idle = 0; idle < 6; idle += 1) await turn();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
    }
    this.#pumping = false;
  }
}

export type Handler = (payload: never, signal: AbortSignal) => unknown;

/** Objects and functions in memory; `calls` tells of each call in order. */
export class Cloud implements Integrations {
  readonly objects = new Map<string, Uint8Array>();
  readonly calls: { functionName: string; payload: unknown }[] = [];
  readonly handlers: Record<string, Handler>;

  constructor(handlers: Record<string, Handler> = {}, objects: Record<string, unknown> = {}) {
    this.handlers = handlers;
    for (const [key, value] of Object.entries(objects))
      this.objects.set(key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  }

  async invokeFunction(
    functionName: string,
    payload: unknown,
    signal: AbortSignal,
  ): Promise<{ payload: unknown }> {
    this.calls.push({ functionName, payload });
    const handler = this.handlers[functionName];
    if (handler === undefined) throw new TaskFailure('Lambda.ResourceNotFoundException', functionName);
    return { payload: await handler(payload as never, signal) };
  }

  async getObject(bucket: string, key: string): Promise<Uint8Array> {
    const body = this.objects.get(`${bucket}/${key}`);
    if (body === undefined) throw new Error('NoSuchKey');
    return body;
  }

  async putObject(bucket: string, key: string, body: Uint8Array): Promise<void> {
    this.objects.set(`${bucket}/${key}`, body);
  }

  json(key: string): unknown {
    return JSON.parse(Buffer.from(this.objects.get(key) ?? '').toString());
  }
}

export const invoke = 'arn:aws:states:::lambda:invoke';

/** A machine in JSONata of these states, starting at the first. */
export const machine = (states: Record<string, unknown>, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});

/** Runs a definition with a virtual clock; `events` has everything that `onEvent` heard. */
export async function play(definition: unknown, input: unknown = {}, options: Partial<RunOptions> = {}) {
  const events: ExecutionEvent[] = [];
  const clock = new VirtualClock();
  const result = await runStateMachine(loadStateMachine(definition), {
    input,
    execution: {
      id: 'arn:aws:states:us-east-1:123456789012:execution:Machine:one',
      name: 'one',
      startTime: '2026-03-01T00:00:00.000Z',
    },
    stateMachine: { id: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine', name: 'Machine' },
    integrations: new Cloud(),
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { result, events, clock };
}

/** The output of an execution that must succeed. */
export async function outputOf(definition: unknown, input: unknown = {}, options: Partial<RunOptions> = {}) {
  const { result } = await play(definition, input, options);
  if (result.status !== 'SUCCEEDED') throw new Error(`expected success, got ${JSON.stringify(result)}`);
  return result.output;
}
