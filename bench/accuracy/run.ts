import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { disturbanceReport } from './disturb.ts';
import { exampleTasks } from './examples.ts';
import { forecastTask } from './forecast.ts';
import { libraryScores, naiveScores } from './library.ts';
import { comparedScores, type PeerScores, readPeers } from './peers.ts';
import { beside, geometricMean, type Result, reportText } from './report.ts';
import { metrics, type Scores, score } from './score.ts';
import { earlierTask, readTask, type Task, taskIds } from './task.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string' },
    only: { type: 'string', default: '' },
    earlier: { type: 'string' },
    disturb: { type: 'boolean', default: false },
    save: { type: 'string' },
    against: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`npm run bench:accuracy -- [--tasks DIR] [--only TEXT,…] [--earlier N] [--disturb] [--save FILE] [--against FILE]

Forecasts what is held out of the repository's examples, beside the seasonal naives of a day, a week and a year and beside
MSTL and Prophet of augurs in the same run. It takes some minutes, nearly all of them theirs.
  --tasks     instead, each task of a folder, beside the peers' stored scores (peers.jsonl in that folder)
  --only      tasks whose name contains one of these
  --earlier   instead, the same series cut 1 … N horizons earlier; with --tasks beside the weekly seasonal naive alone
  --disturb   instead, WAPE after the last day, and the last three, went wrong in four ways, over WAPE as it is
  --save      write the scores as JSON
  --against   print each task's ratio to scores that were saved before
`);
  process.exit(0);
}

const wanted = values.only.split(',');
const isWanted = (id: string) => wanted.some((text) => id.includes(text));
const folder = values.tasks;
const stored = folder === undefined ? '' : join(folder, 'peers.jsonl');
const peers = existsSync(stored) ? readPeers(stored) : new Map<string, Map<string, PeerScores>>();
if (values.disturb) {
  for await (const line of disturbanceReport(tasks())) process.stdout.write(`${line}\n`);
  process.exit(0);
}
const results: Result[] = [];
for await (const task of tasks()) {
  if (values.earlier === undefined) results.push(resultOf(task));
  for (let back = 1; back <= Number(values.earlier ?? 0); back++) {
    const earlier = earlierTask(task, back);
    if (earlier !== undefined) results.push(resultOf(earlier));
  }
}
if (folder === undefined) process.stdout.write(`${beside(results)}\n\n`);
process.stdout.write(`${reportText(results)}\n`);
const scores = Object.fromEntries(results.map(({ task, ours }) => [task, ours]));
if (values.against !== undefined) compare(JSON.parse(readFileSync(values.against, 'utf8')));
if (values.save !== undefined) writeFileSync(values.save, JSON.stringify(scores, undefined, 1));

async function* tasks(): AsyncGenerator<Task> {
  if (folder === undefined) yield* await exampleTasks(isWanted);
  else
    for (const id of taskIds(folder))
      if (isWanted(id) && existsSync(join(folder, id, 'task.json'))) yield await readTask(folder, id);
}

function resultOf(task: Task): Result {
  if (folder === undefined) process.stderr.write(`forecasting ${task.id} …\n`);
  const begun = performance.now();
  const ours = score(task, forecastTask(task));
  const seconds = (performance.now() - begun) / 1000;
  const scored = () => (folder === undefined ? libraryScores(task) : naiveScores(task));
  return { task: task.id, family: task.family, seconds, ours, peers: peers.get(task.id) ?? scored() };
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
