import { readFileSync } from 'node:fs';
import { initSync, MSTL } from '@bsull/augurs/mstl';
import { madeUpMinutes } from '../series.ts';

/** A process of its own: fits MSTL (a day, a week) to so many minutes; prints the time and the peak of memory. */
const [, , minutes, wasm] = process.argv;
const { value } = madeUpMinutes(Number(minutes), 1);
initSync({ module: readFileSync(wasm!) });
const begun = performance.now();
const model = MSTL.ets([1440, 10_080]);
model.fit(value);
model.predict(1, 0.8);
const milliseconds = performance.now() - begun;
process.stdout.write(JSON.stringify({ milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
