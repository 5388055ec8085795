import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forecastTask, seasonalNaive } from './forecast.ts';
import { comparedScores, readPeers } from './peers.ts';
import { geometricMean, type Result, reportText } from './report.ts';
import { metrics, type Scores, score } from './score.ts';
import { earlierTask, readTask, type Task, taskIds } from './task.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string' },
    only: { type: 'string', default: '' },
    earlier: { type: 'string' },
    save: { type: 'string' },
    against: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || values.tasks === undefined) {
  process.stdout.write(`npm run bench:accuracy -- --tasks DIR [--only TEXT,…] [--earlier N] [--save FILE] [--against FILE]

Forecasts each task of a folder and compares with the peers' stored scores (peers.jsonl in that folder).
  --only      tasks whose name contains one of these
  --earlier   instead, the same series cut 1 … N horizons earlier, beside the weekly seasonal naive alone
  --save      write the scores as JSON
  --against   print each task's ratio to scores that were saved before
`);
  process.exit(values.help ? 0 : 2);
}

const folder = values.tasks;
const wanted = values.only.split(',');
const stored = join(folder, 'peers.jsonl');
const peers = existsSync(stored) ? readPeers(stored) : new Map();
const results: Result[] = [];
for (const id of taskIds(folder)) {
  if (!wanted.some((text) => id.includes(text)) || !existsSync(join(folder, id, 'task.json'))) continue;
  const task = await readTask(folder, id);
  if (values.earlier === undefined) results.push(resultOf(task));
  for (let back = 1; back <= Number(values.earlier ?? 0); back++) {
    const earlier = earlierTask(task, back);
    if (earlier !== undefined) results.push(resultOf(earlier));
  }
}
process.stdout.write(`${reportText(results)}\n`);
const scores = Object.fromEntries(results.map(({ task, ours }) => [task, ours]));
if (values.against !== undefined) compare(JSON.parse(readFileSync(values.against, 'utf8')));
if (values.save !== undefined) writeFileSync(values.save, JSON.stringify(scores, undefined, 1));

function resultOf(task: Task): Result {
  const begun = performance.now();
  const ours = score(task, forecastTask(task));
  const seconds = (performance.now() - begun) / 1000;
  return {
    task: task.id,
    family: task.family,
    seconds,
    ours,
    peers:
      peers.get(task.id) ??
      new Map([['snaive_week', comparedScores(task.id, score(task, seasonalNaive(task)))]]),
  };
}

/** Each metric over what it was, task by task where it moved by more than 1 %, and in the mean. */
function compare(before: Record<string, Scores>): void {
  const moved: Partial<Record<keyof Scores, number[]>> = {};
  for (const { task, ours } of results) {
    const was = before[task];
    if (was === undefined) continue;
    const now = comparedScores(task, ours);
    const then = comparedScores(task, was);
    const words: string[] = [];
    for (const metric of ['wape', 'pinball', 'dayPeak', 'eventWape'] as const) {
      const [a, b] = [now[metric], then[metric]];
      if (a === undefined || b === undefined) continue;
      const list = moved[metric] ?? [];
      list.push(a / b);
      moved[metric] = list;
      if (Math.abs(a / b - 1) > 0.01) words.push(`${metric} × ${(a / b).toFixed(3)}`);
    }
    if (Math.abs(ours.cover - was.cover) > 0.01)
      words.push(`cover ${was.cover.toFixed(2)} → ${ours.cover.toFixed(2)}`);
    if (words.length > 0) process.stdout.write(`${task.padEnd(34)} ${words.join('  ')}\n`);
  }
  for (const metric of metrics) {
    const list = moved[metric];
    if (list !== undefined)
      process.stdout.write(`${metric} × ${geometricMean(list).toFixed(4)} over ${list.length} tasks\n`);
  }
}
