import { digest, fit as fitModel, type SeriesSettings } from '../../lib/engine/index.ts';
import { madeUpMinutes } from '../series.ts';

/** A process of its own: digests and fits so many minutes three times; prints the median of the times and the peak of memory. */
const settings: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 60, metricKind: 'count' };
const calendar = { holidays: [], events: [] };
const observations = madeUpMinutes(Number(process.argv[2]), 1);
const cutoff = observations.time.at(-1)! + 60_000;
const times: number[] = [];
for (let i = 0; i < 3; i++) {
  const begun = performance.now();
  fitModel(digest(observations, settings, calendar), settings, calendar, { cutoff });
  times.push(performance.now() - begun);
}
const milliseconds = times.sort((a, b) => a - b)[1];
process.stdout.write(JSON.stringify({ milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
