import { randomUUID } from 'node:crypto';
import type { Distribution, MapState } from '../definition.ts';
import { TaskFailure } from '../errors.ts';
import { type ExecutionResult, runExecution } from '../execution.ts';
import { History, historyLimit, type ItemCounts } from '../history.ts';
import { pool } from '../pool.ts';
import type { Visit } from '../visit.ts';
import type { ChildInput } from './batcher.ts';

/** One child as it is told of in the result files; `result` is undefined while it has not started. */
export interface ChildRecord extends ChildInput {
  executionArn: string;
  name: string;
  stateMachineArn: string;
  executionType: Distribution['executionType'];
  startDate?: string;
  stopDate?: string;
  result?: ExecutionResult;
}

/** Failed items that a Map Run tolerates; with neither given it tolerates none. */
interface Tolerance {
  count: number | undefined;
  percentage: number | undefined;
}

/** Step Functions quota: an express execution ends after five minutes. */
const expressSeconds = 300;

/** One run of a Distributed Map: its children, and how their items stand. */
export class MapRun {
  readonly arn: string;
  readonly id = randomUUID();
  readonly counts: ItemCounts;
  readonly #state: MapState;
  readonly #distribution: Distribution;
  readonly #visit: Visit;
  readonly #tolerance: Tolerance;
  readonly #records: ChildRecord[];

  constructor(
    state: MapState,
    distribution: Distribution,
    visit: Visit,
    inputs: readonly ChildInput[],
    tolerance: Tolerance,
  ) {
    this.#state = state;
    this.#distribution = distribution;
    this.#visit = visit;
    this.#tolerance = tolerance;
    const labelled = `${visit.frame.surroundings.identity.stateMachine.id}/${distribution.label}`;
    this.arn = `${labelled.replace(':stateMachine:', ':mapRun:')}:${this.id}`;
    this.#records = inputs.map((child) => {
      const name = randomUUID();
      return {
        ...child,
        name,
        executionArn: `${labelled.replace(':stateMachine:', ':execution:')}:${name}`,
        stateMachineArn: labelled,
        executionType: distribution.executionType,
      };
    });
    const total = inputs.reduce((sum, { items }) => sum + items, 0);
    this.counts = { pending: total, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total };
  }

  /** The children, in the order of the dataset. */
  records(): readonly ChildRecord[] {
    return this.#records;
  }

  /**
   * Runs all children, and no more of them once the tolerance is exceeded (running ones are aborted).
   * @returns the failure of the Map Run, when it exceeded its tolerance
   */
  async children(concurrency: number): Promise<TaskFailure | undefined> {
    let exceeded: TaskFailure | undefined;
    const stop = new AbortController();
    const { signal } = this.#visit.frame;
    const joint = AbortSignal.any([signal, stop.signal]);
    this.#tell();
    await pool(this.#records.length, concurrency, joint, async (index) => {
      if (joint.aborted) return;
      await this.#runChild(this.#records[index]!, joint);
      if (exceeded === undefined && this.#exceeds()) {
        exceeded = new TaskFailure(
          'States.ExceedToleratedFailureThreshold',
          'The specified tolerated failure threshold was exceeded',
        );
        stop.abort();
      }
    });
    signal.throwIfAborted();
    return exceeded;
  }

  async #runChild(child: ChildRecord, signal: AbortSignal): Promise<void> {
    const { counts } = this;
    const { identity, clock, listen, ...rest } = this.#visit.frame.surroundings;
    const express = this.#distribution.executionType === 'EXPRESS';
    child.startDate = new Date(clock.now()).toISOString();
    counts.pending -= child.items;
    counts.running += child.items;
    this.#tell();
    const { executionArn: id, name, input, startDate: startTime } = child;
    const surroundings = {
      ...rest,
      clock,
      listen,
      identity: {
        execution: { ...identity.execution, id, name, input, startTime },
        stateMachine: {
          id: child.stateMachineArn,
          name: `${identity.stateMachine.name}/${this.#distribution.label}`,
        },
      },
      history: new History(id, clock, express ? Number.POSITIVE_INFINITY : historyLimit, listen),
    };
    const result = await runExecution(
      this.#state.processor,
      express ? expressSeconds : undefined,
      surroundings,
      signal,
    );
    child.result = result;
    child.stopDate = new Date(clock.now()).toISOString();
    counts.running -= child.items;
    const outcome = {
      SUCCEEDED: 'succeeded',
      FAILED: 'failed',
      TIMED_OUT: 'timedOut',
      ABORTED: 'aborted',
    } as const;
    counts[outcome[result.status]] += child.items;
    this.#tell();
  }

  /** Items of failed or timed out children beyond what is tolerated; a failed batch fails all its items. */
  #exceeds(): boolean {
    const failed = this.counts.failed + this.counts.timedOut;
    const { count, percentage } = this.#tolerance;
    if (count === undefined && percentage === undefined) return failed > 0;
    if (count !== undefined && failed > count) return true;
    return percentage !== undefined && (failed / this.counts.total) * 100 > percentage;
  }

  #tell(): void {
    this.#visit.history.note('MapRunProgress', {
      state: this.#state.name,
      mapRunArn: this.arn,
      counts: { ...this.counts },
    });
  }
}
