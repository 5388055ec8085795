import { Interruption } from './errors.ts';

/**
 * Runs `work` for 0…count − 1, at most `concurrency` at a time, started in order; the results are in order too.
 * The first failure ends the others' signal, is thrown when all have settled, and nothing more is started.
 */
export async function pool<T>(
  count: number,
  concurrency: number,
  signal: AbortSignal,
  work: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  const siblings = new AbortController();
  const joint = AbortSignal.any([signal, siblings.signal]);
  let failure: { error: unknown } | undefined;
  let next = 0;
  const lane = async () => {
    while (next < count && failure === undefined) {
      const index = next++;
      try {
        results[index] = await work(index, joint);
      } catch (error) {
        failure ??= { error };
        siblings.abort(new Interruption('sibling failed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, lane));
  if (failure) throw failure.error;
  return results;
}
