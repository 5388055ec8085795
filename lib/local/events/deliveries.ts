import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../states/index.ts';
import type { Queues } from './queues.ts';

/** Why a delivery did not succeed. */
export class DeliveryFailure extends Error {
  readonly code: string;
  /** Trying again cannot help. */
  readonly final: boolean;
  /** What the dead-letter queue gets; the payload itself unless said otherwise. */
  readonly letter: string | undefined;

  constructor(code: string, message: string, options: { final?: boolean; letter?: string } = {}) {
    super(message);
    this.name = 'DeliveryFailure';
    this.code = code;
    this.final = options.final ?? false;
    this.letter = options.letter;
  }
}

/** Where something is delivered to, and what happens when it cannot be. */
export interface Target {
  /** The same from boot to boot. */
  id: string;
  /** Tries once. @throws DeliveryFailure */
  attempt(delivery: { id: string; payload: string; attempt: number }): Promise<unknown>;
  /** Attempts after the first. */
  retries: number;
  /** Seconds after which nothing is tried again. */
  maximumAge: number;
  /** Milliseconds before retry `attempt` (1 is the first retry). */
  delay(attempt: number): number;
  /** Where a failed delivery ends: the queue's ARN. */
  deadLetterQueue(failure: DeliveryFailure): string | undefined;
}

export type DeliveryResult =
  | { delivered: true; result: unknown }
  | { delivered: false; failure: DeliveryFailure };

interface Row {
  id: string;
  target: string;
  payload: string;
  attempts: number;
  due: number;
  accepted: number;
}

/**
 * At-least-once delivery: what was accepted is on disk until it is delivered or dead, and is taken up again after a
 * crash.
 */
export class Deliveries {
  readonly #database: DatabaseSync;
  readonly #targets: Map<string, Target>;
  readonly #queues: Queues;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  readonly #going = new Set<Promise<unknown>>();

  constructor(options: {
    database: DatabaseSync;
    targets: Target[];
    queues: Queues;
    clock: Clock;
    log: (line: string) => void;
  }) {
    this.#database = options.database;
    this.#targets = new Map(options.targets.map((target) => [target.id, target]));
    this.#queues = options.queues;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Keeps the payload on disk before it returns, then delivers it in the background. */
  enqueue(targetId: string, payload: string): void {
    this.#background(this.#insert(targetId, payload));
  }

  /** As `enqueue`, for whoever wants to know what became of it. @throws when the cloud closes first */
  accept(targetId: string, payload: string): Promise<DeliveryResult> {
    return this.#track(this.#insert(targetId, payload));
  }

  /** Takes up what an earlier process left; what has no target any more is dropped, and said. */
  resume(): void {
    const rows = this.#database.prepare('SELECT * FROM deliveries ORDER BY rowid').all() as unknown as Row[];
    for (const row of rows) {
      if (this.#targets.has(row.target)) this.#background(row);
      else {
        this.#log(`dropped an event for ${row.target}, which the app no longer has`);
        this.#remove(row.id);
      }
    }
  }

  /** Stops trying; what is not delivered stays on disk. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#going);
  }

  #insert(targetId: string, payload: string): Row {
    const now = this.#clock.now();
    const row: Row = { id: randomUUID(), target: targetId, payload, attempts: 0, due: now, accepted: now };
    this.#database
      .prepare(
        'INSERT INTO deliveries (id, target, payload, attempts, due, accepted) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(row.id, row.target, row.payload, row.attempts, row.due, row.accepted);
    return row;
  }

  #track(row: Row): Promise<DeliveryResult> {
    const delivery = this.#deliver(row).finally(() => this.#going.delete(delivery));
    this.#going.add(delivery);
    return delivery;
  }

  #background(row: Row): void {
    this.#track(row).catch((error: unknown) => {
      if (!this.#stop.signal.aborted)
        this.#log(`delivery ${row.id} to ${row.target} broke: ${(error as Error).stack ?? String(error)}`);
    });
  }

  async #deliver(row: Row): Promise<DeliveryResult> {
    const target = this.#targets.get(row.target);
    if (target === undefined) throw new Error(`The laptop cloud has no target ${row.target}.`);
    const { signal } = this.#stop;
    for (let { attempts, due } = row; ; ) {
      const wait = due - this.#clock.now();
      if (wait > 0) await this.#clock.sleep(wait, signal);
      signal.throwIfAborted();
      attempts += 1;
      try {
        const result = await target.attempt({ id: row.id, payload: row.payload, attempt: attempts });
        signal.throwIfAborted();
        this.#remove(row.id);
        return { delivered: true, result };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof DeliveryFailure)) throw error;
        due = this.#clock.now() + target.delay(attempts);
        const tooOld = due > row.accepted + target.maximumAge * 1000;
        if (error.final || attempts > target.retries || tooOld)
          return this.#bury(row, target, attempts, error);
        this.#database
          .prepare('UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?')
          .run(attempts, due, row.id);
      }
    }
  }

  /** The dead letter and the end of the delivery are one transaction: never lost, never twice. */
  #bury(row: Row, target: Target, attempts: number, failure: DeliveryFailure): DeliveryResult {
    const queue = target.deadLetterQueue(failure);
    this.#log(
      `gave up on ${row.target} after ${attempts} attempt(s): ${failure.code}: ${failure.message}${queue === undefined ? '' : ` (dead letter in ${queue})`}`,
    );
    this.#database.exec('BEGIN IMMEDIATE');
    if (queue !== undefined) {
      const attributes = {
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        RETRY_ATTEMPTS: String(attempts - 1),
        TARGET: row.target,
      };
      this.#queues.send(queue, failure.letter ?? row.payload, attributes, this.#clock.now());
    }
    this.#remove(row.id);
    this.#database.exec('COMMIT');
    return { delivered: false, failure };
  }

  #remove(id: string): void {
    this.#database.prepare('DELETE FROM deliveries WHERE id = ?').run(id);
  }
}
