import { describe, expect, it } from 'vitest';
import {
  decodeDigests,
  decodeModel,
  digest,
  encodeDigests,
  encodeModel,
  fit as fitModel,
  fitSeasonalNaive,
  mergeDigests,
} from '../../lib/engine/index.ts';
import { day, traffic } from './series.ts';

const settings = { timeZone: 'America/New_York', stepSeconds: 60, metricKind: 'count' as const };
const start = Date.UTC(2024, 1, 20, 5);
const cutoff = start + 40 * day;
const calendar = {
  holidays: [{ date: '2024-03-17', name: 'St Patrick' }],
  events: [
    { id: 'a', kind: 'sale', start: start + 10.3 * day, end: start + 10.5 * day },
    { id: 'b', kind: 'sale', start: cutoff + 3.3 * day, end: cutoff + 3.5 * day },
  ],
};
const observations = traffic(settings, start, cutoff);
const digests = digest(observations, settings, calendar);

describe('stored documents', () => {
  it('digests read back the same, and so does the fit from them', () => {
    const back = decodeDigests(encodeDigests(digests));
    expect(back).toEqual(digests);
    expect(fitModel(back, settings, calendar, { cutoff })).toEqual(
      fitModel(digests, settings, calendar, { cutoff }),
    );
  });

  it('a model reads back the same and stays below 130 kB', () => {
    for (const outcome of [
      fitModel(digests, settings, calendar, { cutoff }),
      fitSeasonalNaive(digests, settings, { cutoff }),
    ]) {
      if (outcome.status !== 'ok') throw new Error(outcome.reason);
      const bytes = encodeModel(outcome.model);
      expect(decodeModel(bytes)).toEqual(outcome.model);
      expect(bytes.length).toBeLessThan(130_000);
    }
  });

  it('other bytes, another version and truncated bytes are refused by name', () => {
    const bytes = encodeDigests(digests);
    expect(() => decodeDigests(bytes.slice(0, -3))).toThrow(/truncated/);
    expect(() => decodeDigests(bytes.slice(0, 3))).toThrow(/truncated/);
    expect(() => decodeModel(bytes)).toThrow(/not a forecast model/);
    const later = bytes.slice();
    later[4] = 99;
    expect(() => decodeDigests(later)).toThrow(/schemaVersion 99/);
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(() => decodeDigests(longer)).toThrow(/after its end/);
  });

  it('digests made from days in any split are the digests of the whole', () => {
    const byDays = [7, 8, 18].map((d) => observations.time.findIndex((t) => t >= start + d * day));
    const edges = [0, ...byDays, observations.time.length];
    let merged = digests.slice(5, 6);
    for (let i = edges.length - 2; i >= 0; i--)
      merged = mergeDigests(
        merged,
        digest(
          {
            time: observations.time.slice(edges[i], edges[i + 1]),
            value: observations.value.slice(edges[i], edges[i + 1]),
          },
          settings,
          calendar,
        ),
      );
    expect(merged).toEqual(digests);
  });
});
