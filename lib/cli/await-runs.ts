import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, RefreshAnswer, Run } from './client.ts';

/** Asks for the runs until none is under way any more, and answers them as they ended. */
export async function awaitRuns(
  client: Client,
  asked: readonly RefreshAnswer[],
  onChange: (ended: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Run[]> {
  for (;;) {
    const runs = await Promise.all(asked.map(({ runId }) => client.run(runId)));
    const ended = runs.filter((run) => run.status !== 'running').length;
    onChange(ended);
    if (ended === runs.length) return runs;
    await sleep(200, undefined, signal === undefined ? {} : { signal });
  }
}

/** A run did what it was asked for when its forecasts, or later ones, are what readers see. */
export const succeeded = (run: Run) => run.status === 'published' || run.status === 'superseded';

export const countsInWords = (run: Run) =>
  run.counts === undefined
    ? ''
    : Object.entries(run.counts)
        .filter(([, count]) => count > 0)
        .map(([status, count]) => `${count} ${status}`)
        .join(', ');
