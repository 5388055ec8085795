import { digest, fit as fitModel, type SeriesSettings } from '../lib/engine/index.ts';
import { madeUpMinutes } from './series.ts';

/** A thread's share of the machine's own limit: digests and fits of a year of minutes, no storage and no messages. */
const settings: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 60, metricKind: 'count' };
const calendar = { holidays: [], events: [] };
const observations = madeUpMinutes(525_600, 1);
const cutoff = observations.time.at(-1)! + 60_000;
for (let i = 0; i < 40; i++)
  fitModel(digest(observations, settings, calendar), settings, calendar, { cutoff });
