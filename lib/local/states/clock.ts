import { setTimeout as delay } from 'node:timers/promises';

/** Time as the interpreter sees it: milliseconds since 1970, and sleeping, which a signal ends by rejecting. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A timer of Node holds 2^31 − 1 ms at the most; a Wait may be longer. */
const longestTimer = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0; left -= longestTimer)
      await delay(Math.min(left, longestTimer), undefined, { signal });
  },
};

/** Rejects with the signal's reason as soon as it is aborted, even when the work does not listen to the signal. */
export function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    const settle = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(signal.aborted ? signal.reason : error);
      },
    );
  });
}

/** A time limit on some work: when it passes, the work's signal is aborted with `failure` as its reason. */
export interface Deadline {
  seconds: number | undefined;
  failure: Error;
}

/**
 * Runs `work` with a signal that ends with the outer one or at the first deadline. The work must end with its signal
 * (see `interruptible`), throwing the signal's reason.
 */
export async function within<T>(
  deadlines: Deadline[],
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const done = new AbortController();
  for (const { seconds, failure } of deadlines) {
    if (seconds === undefined) continue;
    clock.sleep(seconds * 1000, done.signal).then(
      () => limit.abort(failure),
      (error: unknown) => {
        if (!done.signal.aborted) limit.abort(error);
      },
    );
  }
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    done.abort();
  }
}
