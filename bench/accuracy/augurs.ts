import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { initSync as initMstl, MSTL } from '@bsull/augurs/mstl';
import { initSync as initProphet, Prophet } from '@bsull/augurs/prophet';
import { optimizer } from '@bsull/augurs-prophet-wasmstan';
import type { Answer } from './score.ts';
import type { Task } from './task.ts';

/** Prophet's time grows with its points: of longer histories it is shown so many, evenly spread. */
const mostProphetPoints = 20_000;
const to80 = 0.8;

const wasm = (name: string) => ({
  module: readFileSync(
    fileURLToPath(import.meta.resolve(`@bsull/augurs/${name}`)).replace(/\.js$/, '_bg.wasm'),
  ),
});

let loaded = false;
function load(): void {
  if (loaded) return;
  initMstl(wasm('mstl'));
  initProphet(wasm('prophet'));
  loaded = true;
}

/** Steps before the cutoff on an even grid, holes filled with the value before. */
function evenHistory({ rows, request }: Task): { start: number; value: Float64Array } {
  const { stepSeconds, cutoff } = request;
  const stepMs = stepSeconds * 1000;
  const start = rows.time[0]!;
  const value = new Float64Array(Math.round((cutoff - start) / stepMs)).fill(Number.NaN);
  rows.time.forEach((at, i) => {
    if (at < cutoff) value[Math.round((at - start) / stepMs)] = rows.value[i]!;
  });
  for (let i = 1; i < value.length; i++) if (Number.isNaN(value[i]!)) value[i] = value[i - 1]!;
  return { start, value };
}

/** MSTL (Bandara, Hyndman & Bergmeir 2021) with the seasons of a day and a week, and an ETS trend, as augurs has it. */
export function mstl(task: Task): Answer {
  load();
  const { stepSeconds, cutoff, end } = task.request;
  const { value } = evenHistory(task);
  const day = Math.round(86_400 / stepSeconds);
  const model = MSTL.ets([day, 7 * day]);
  model.fit(value);
  const { point, intervals } = model.predict(Math.round((end - cutoff) / (stepSeconds * 1000)), to80);
  const at = (column: number[] | undefined) =>
    Float64Array.from(
      task.actual.time,
      (t) => column?.[Math.round((t - cutoff) / (stepSeconds * 1000))] ?? Number.NaN,
    );
  const q50 = at(point);
  return { mean: q50, q50, q10: at(intervals?.lower), q90: at(intervals?.upper) };
}

/** Prophet (Taylor & Letham 2018) with its defaults, as augurs has it. */
export function prophet({ rows, request, actual }: Task): Answer {
  load();
  const before = rows.time.findLastIndex((at) => at < request.cutoff) + 1;
  const stride = Math.ceil(before / mostProphetPoints);
  const ds: number[] = [];
  const y: number[] = [];
  for (let i = (before - 1) % stride; i < before; i += stride) {
    ds.push(rows.time[i]! / 1000);
    y.push(rows.value[i]!);
  }
  const model = new Prophet({ optimizer, intervalWidth: to80 });
  model.fit({ ds, y });
  const { yhat } = model.predict({ ds: Array.from(actual.time, (at) => at / 1000) });
  const q50 = Float64Array.from(yhat.point);
  return {
    mean: q50,
    q50,
    q10: Float64Array.from(yhat.intervals?.lower ?? []),
    q90: Float64Array.from(yhat.intervals?.upper ?? []),
  };
}
