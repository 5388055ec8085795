import { forecastTask } from './forecast.ts';
import { geometricMean } from './report.ts';
import { score } from './score.ts';
import type { Task } from './task.ts';

const dayMs = 86_400_000;

/** What may befall a history's last days. */
const disturbances: Record<string, (value: number, shareOfDay: number, stepDays: number) => number> = {
  'x 0.2': (value) => 0.2 * value,
  'x 3': (value) => 3 * value,
  missing: () => Number.NaN,
  'half zero': (value, shareOfDay, stepDays) => (stepDays >= 1 ? 0.5 * value : shareOfDay < 0.5 ? value : 0),
};

/** A task whose last `days` days before the cutoff went wrong (of weekly steps: as many weeks). */
function disturbedTask(task: Task, name: string, days: number): Task {
  const { cutoff, stepSeconds } = task.request;
  const change = disturbances[name]!;
  const unit = Math.max(dayMs, stepSeconds * 1000);
  const time: number[] = [];
  const value: number[] = [];
  task.rows.time.forEach((at, i) => {
    const age = (cutoff! - at) / unit;
    const share = 1 - (age - Math.floor(age) || 1);
    const y =
      at < cutoff! && age <= days
        ? change(task.rows.value[i]!, share, (stepSeconds * 1000) / dayMs)
        : task.rows.value[i]!;
    if (Number.isNaN(y)) return;
    time.push(at);
    value.push(y);
  });
  return { ...task, rows: { ...task.rows, time: Float64Array.from(time), value: Float64Array.from(value) } };
}

/**
 * WAPE after each disturbance over WAPE without, task by task (all ways for one day, then for three), and in the
 * mean: "off" are the tasks whose error it moved by 5 % or more.
 */
export async function* disturbanceReport(tasks: AsyncIterable<Task>): AsyncGenerator<string> {
  const ways = [1, 3].flatMap((days) => Object.keys(disturbances).map((name) => ({ days, name })));
  const ratios: number[][] = ways.map(() => []);
  for await (const task of tasks) {
    const usual = score(task, forecastTask(task)).wape;
    const row = ways.map(({ days, name }) => {
      const disturbed = disturbedTask(task, name, days);
      return score(disturbed, forecastTask(disturbed)).wape / usual;
    });
    row.forEach((ratio, w) => {
      ratios[w]!.push(ratio);
    });
    yield `${task.id} ${row.map((ratio) => ratio.toFixed(3)).join(' ')}`;
  }
  for (const [w, { days, name }] of ways.entries()) {
    const off = ratios[w]!.filter((ratio) => Math.abs(ratio - 1) >= 0.05).length;
    yield `${days} d ${name}: x ${geometricMean(ratios[w]!).toFixed(3)}, ${off} of ${ratios[w]!.length} off by 5 % or more`;
  }
}
