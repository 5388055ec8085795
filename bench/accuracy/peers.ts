import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Scores } from './score.ts';

const row = z.object({
  task: z.string(),
  peer: z.string(),
  missing: z.number().optional(),
  wape: z.number().nullish(),
  pinball: z.number().nullish(),
  wape_day: z.number().nullish(),
  dpeak: z.number().nullish(),
  ewape: z.number().nullish(),
});

/** The metrics that forecasters are compared by. */
export const compared = ['wape', 'pinball', 'dayPeak', 'eventWape'] as const;
export type Compared = (typeof compared)[number];
export type PeerScores = Partial<Record<Compared, number>>;

const sound = (value: number | null | undefined) =>
  value != null && Number.isFinite(value) && value > 0 ? value : undefined;

/** Sparse counts are judged by their daily means: zero is the best median of a minute. */
export const comparedScores = (task: string, scores: Scores): PeerScores => ({
  wape: sound(task.includes('retail') ? scores.dayWape : scores.wape),
  pinball: sound(scores.pinball),
  dayPeak: sound(scores.dayPeak),
  eventWape: sound(scores.eventWape),
});

/** Scores by task and peer. A peer without a forecast for 2 % of the steps failed, and has none. */
export function readPeers(file: string): Map<string, Map<string, PeerScores>> {
  const tasks = new Map<string, Map<string, PeerScores>>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const { task, peer, missing = 0, ...said } = row.parse(JSON.parse(line.replaceAll('NaN', 'null')));
    if (missing > 0.02) continue;
    const peers = tasks.get(task) ?? new Map<string, PeerScores>();
    peers.set(peer, {
      wape: sound(task.includes('retail') ? said.wape_day : said.wape),
      pinball: sound(said.pinball),
      dayPeak: sound(said.dpeak),
      eventWape: sound(said.ewape),
    });
    tasks.set(task, peers);
  }
  return tasks;
}
