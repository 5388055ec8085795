import type { Catcher, Retrier } from './definition.ts';
import type { TaskFailure } from './errors.ts';

/**
 * Whether an error name is among `errorEquals`, wildcards included. `States.Runtime` is never caught;
 * `States.DataLimitExceeded` only by its own name; `States.TaskFailed` stands for all but `States.Timeout`;
 * `States.Timeout` includes a missed heartbeat.
 * Source: Step Functions developer guide, "Handling errors in Step Functions workflows", error names.
 */
export function matches(error: string | undefined, errorEquals: readonly string[]): boolean {
  if (error === 'States.Runtime') return false;
  if (error !== undefined && errorEquals.includes(error)) return true;
  if (error === 'States.DataLimitExceeded') return false;
  const isTimeout = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
  return errorEquals.some(
    (name) =>
      name === 'States.ALL' ||
      (name === 'States.TaskFailed' && !isTimeout) ||
      (name === 'States.Timeout' && isTimeout),
  );
}

/** Seconds before retry number `attempt` (0 for the first): exponential, capped, then jittered. */
export function delaySeconds(retrier: Retrier, attempt: number, random: () => number): number {
  const full = Math.min(retrier.intervalSeconds * retrier.backoffRate ** attempt, retrier.maxDelaySeconds);
  return retrier.jitter === 'FULL' ? full * random() : full;
}

/** Counts the attempts of each retrier during one visit of a state. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #attempts: number[];

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
    this.#attempts = retriers.map(() => 0);
  }

  /** Seconds to wait before the next attempt, or undefined when the failure is not to be retried (any more). */
  next(failure: TaskFailure, random: () => number): number | undefined {
    const index = this.#retriers.findIndex((retrier) => matches(failure.error, retrier.errorEquals));
    const retrier = this.#retriers[index];
    const attempt = this.#attempts[index] ?? 0;
    if (retrier === undefined || attempt >= retrier.maxAttempts) return undefined;
    this.#attempts[index] = attempt + 1;
    return delaySeconds(retrier, attempt, random);
  }
}

export function catcherFor(failure: TaskFailure, catchers: readonly Catcher[]): Catcher | undefined {
  return catchers.find((catcher) => matches(failure.error, catcher.errorEquals));
}
