import type { DatabaseSync } from 'node:sqlite';
import type { ExecutionEvent } from '../states/index.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution of a state machine. Times are milliseconds since 1970; `input` and `output` are JSON. */
export interface Execution {
  arn: string;
  machine: string;
  name: string;
  input: string;
  status: ExecutionStatus;
  started: number;
  stopped: number | null;
  output: string | null;
  error: string | null;
  cause: string | null;
}

/** How an execution ended. */
export type Ending = Pick<Execution, 'status' | 'output' | 'error' | 'cause'>;

/** Executions on disk. */
export class ExecutionStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** What was running when the last process ended can never go on: it is aborted, and says why. */
  abortOrphans(now: number): number {
    const { changes } = this.#database
      .prepare(
        `UPDATE executions SET status = 'ABORTED', stopped = ?, error = 'LaptopCloud.Stopped', cause = ? WHERE status = 'RUNNING'`,
      )
      .run(now, 'The laptop cloud stopped in the middle of this execution.');
    return Number(changes);
  }

  /** Step Functions keeps an execution for 90 days after its end; then its name is free again. */
  forget(now: number): void {
    const oldest = now - 90 * 86_400_000;
    this.#database
      .prepare(
        'DELETE FROM execution_events WHERE execution IN (SELECT arn FROM executions WHERE stopped < ?)',
      )
      .run(oldest);
    this.#database.prepare('DELETE FROM executions WHERE stopped < ?').run(oldest);
  }

  insert(execution: Pick<Execution, 'arn' | 'machine' | 'name' | 'input' | 'started'>): void {
    const { arn, machine, name, input, started } = execution;
    this.#database
      .prepare(
        `INSERT INTO executions (arn, machine, name, input, status, started) VALUES (?, ?, ?, ?, 'RUNNING', ?)`,
      )
      .run(arn, machine, name, input, started);
  }

  finish(arn: string, stopped: number, { status, output, error, cause }: Ending): void {
    this.#database
      .prepare(
        `UPDATE executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ? WHERE arn = ? AND status = 'RUNNING'`,
      )
      .run(status, stopped, output, error, cause, arn);
  }

  get(arn: string): Execution | undefined {
    return this.#database.prepare('SELECT * FROM executions WHERE arn = ?').get(arn) as Execution | undefined;
  }

  /** The newest first. */
  list(machine: string, status: string | undefined, offset: number, count: number): Execution[] {
    return this.#database
      .prepare(
        `SELECT * FROM executions WHERE machine = ? AND (? IS NULL OR status = ?) ORDER BY started DESC, rowid DESC LIMIT ? OFFSET ?`,
      )
      .all(machine, status ?? null, status ?? null, count, offset) as unknown as Execution[];
  }

  addEvent(execution: string, event: ExecutionEvent): void {
    this.#database
      .prepare('INSERT INTO execution_events VALUES (?, ?)')
      .run(execution, JSON.stringify(event));
  }

  events(execution: string): ExecutionEvent[] {
    return this.#database
      .prepare('SELECT event FROM execution_events WHERE execution = ? ORDER BY rowid')
      .all(execution)
      .map((row) => JSON.parse(String(row.event)) as ExecutionEvent);
  }
}
