import { mstl, prophet } from './augurs.ts';
import { seasonalNaive } from './forecast.ts';
import { comparedScores, type PeerScores } from './peers.ts';
import { type Answer, score } from './score.ts';
import type { Task } from './task.ts';

const library: Record<string, (task: Task) => Answer> = {
  snaive_day: (task) => seasonalNaive(task, 1),
  snaive_week: (task) => seasonalNaive(task, 7),
  snaive_year: (task) => seasonalNaive(task, 364),
  mstl_ets: mstl,
  prophet,
};

/** Peers that run here, in this process; one that has no forecast for 2 % of the steps has no scores. */
export function libraryScores(task: Task): Map<string, PeerScores> {
  const scores = new Map<string, PeerScores>();
  for (const [name, forecast] of Object.entries(library)) {
    const answer = forecast(task);
    const missing = answer.q50.filter((y) => Number.isNaN(y)).length / answer.q50.length;
    if (missing <= 0.02) scores.set(name, comparedScores(task.id, score(task, answer)));
  }
  return scores;
}

/** The weekly seasonal naive alone, where nothing is stored of others. */
export const naiveScores = (task: Task): Map<string, PeerScores> =>
  new Map([['snaive_week', comparedScores(task.id, score(task, seasonalNaive(task)))]]);
