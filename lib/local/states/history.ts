import type { Clock } from './clock.ts';
import { TaskFailure } from './errors.ts';

/** How the items of a Map Run stand, in items (not in batches), as DescribeMapRun's itemCounts. */
export interface ItemCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
}

/** Types of events that an execution's history has on AWS, each counting towards its limit. */
export type HistoryEventType =
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Aborted'}`
  | `State${'Entered' | 'Exited'}`
  | `Task${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `ParallelState${'Started' | 'Succeeded' | 'Failed'}`
  | `MapState${'Started' | 'Succeeded' | 'Failed'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `MapRun${'Started' | 'Succeeded' | 'Failed'}`;

/** What `onEvent` gets, in order. `id` is the number in the execution's history, absent for what AWS does not record. */
export interface ExecutionEvent {
  type: HistoryEventType | 'RetryScheduled' | 'ErrorCaught' | 'MapRunProgress';
  id?: number;
  /** ISO 8601, from the clock. */
  timestamp: string;
  /** The execution, or the child of a Map Run, that it belongs to. */
  executionId: string;
  state?: string;
  stateType?: string;
  index?: number;
  input?: unknown;
  output?: unknown;
  error?: string | undefined;
  cause?: string | undefined;
  retryCount?: number;
  delaySeconds?: number;
  next?: string;
  mapRunArn?: string;
  counts?: ItemCounts;
}

export type EventDetails = Omit<ExecutionEvent, 'type' | 'id' | 'timestamp' | 'executionId'>;

/** Step Functions quota: events in the history of a standard execution. */
export const historyLimit = 25_000;

/** The numbered events of one execution. */
export class History {
  readonly #executionId: string;
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #listen: ((event: ExecutionEvent) => void) | undefined;
  #length = 0;

  /** @param limit events at the most: 25,000 in a standard execution, Infinity in an express one */
  constructor(
    executionId: string,
    clock: Clock,
    limit: number,
    listen: ((event: ExecutionEvent) => void) | undefined,
  ) {
    this.#executionId = executionId;
    this.#clock = clock;
    this.#limit = limit;
    this.#listen = listen;
  }

  /**
   * Adds an event and answers with its number.
   * @throws TaskFailure States.Runtime when only the last place is left, which the execution's end needs
   */
  record(type: HistoryEventType, details: EventDetails = {}): number {
    const isEnd = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type);
    if (this.#length >= this.#limit - 1 && !isEnd)
      throw new TaskFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${this.#limit}).`,
      );
    this.#length += 1;
    this.#tell({ type, id: this.#length, ...details });
    return this.#length;
  }

  /** Tells of something that AWS keeps out of the history. */
  note(type: 'RetryScheduled' | 'ErrorCaught' | 'MapRunProgress', details: EventDetails): void {
    this.#tell({ type, ...details });
  }

  #tell(event: Omit<ExecutionEvent, 'timestamp' | 'executionId'>): void {
    this.#listen?.({
      ...event,
      timestamp: new Date(this.#clock.now()).toISOString(),
      executionId: this.#executionId,
    });
  }
}
