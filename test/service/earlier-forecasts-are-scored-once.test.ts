import { describe, expect, it } from 'vitest';
import { backtest, type SeriesSettings } from '../../lib/engine/index.ts';
import { accuracyAnswer } from '../../lib/service/contracts/accuracy.ts';
import { hours, key, memoryRegion } from './region.ts';

const hour = 3_600_000;
const day = 24 * hour;
const series = key('shop');
const name = '/v1/teams/shop/regions/eu/metrics/requests/accuracy';
const known = 49;
const all = hours(known + 32);
const cutoffOf = (d: number) => all.time[0]! + d * day;
const part = (from: number, until: number) => ({
  time: all.time.slice(from * 24, until * 24),
  value: all.value.slice(from * 24, until * 24),
});
const runTime = (d: number, later = 0) => new Date(cutoffOf(d) + hour + later).toISOString();

type Region = ReturnType<typeof memoryRegion>;
async function accuracyOf({ api }: Region, query = '') {
  const response = await api(new Request(`http://api${name}${query}`));
  expect(response.status).toBe(200);
  return accuracyAnswer.parse(await response.json());
}

/** A region that had `known` days, and then each day one more, refreshed each time. */
async function dayByDay(days: number): Promise<Region> {
  const region = memoryRegion();
  await region.load(series, part(0, known));
  await region.refresh(runTime(known));
  for (let d = known + 1; d <= known + days; d++) {
    await region.load(series, part(d - 1, d));
    await region.refresh(runTime(d));
  }
  expect(region.failures).toEqual([]);
  return region;
}

describe('earlier forecasts', () => {
  it('score over a month, day by day, what a backtest with the same cutoffs does', async () => {
    const region = await dayByDay(31);
    const settings: SeriesSettings = { timeZone: 'Europe/Paris', stepSeconds: 3600, metricKind: 'count' };
    const end = cutoffOf(known + 31);
    const report = backtest(
      part(0, known + 31),
      settings,
      { holidays: [], events: [] },
      { origins: Array.from({ length: 31 }, (_, i) => cutoffOf(known + i)), horizonEnd: () => end },
    );
    const { bands, days, lastDay } = await accuracyOf(region);
    expect(days).toBe(31);
    expect(lastDay).toBe(new Date(end - day + 2 * hour).toISOString().slice(0, 10));
    const own = bands.filter(({ grain }) => grain === 'step');
    expect(own.map(({ band }) => band)).toEqual(['1h', '1d', '7d', '30d', '90d'].slice(0, own.length));
    expect(own.length).toBe(report.bands.length);
    report.bands.forEach(({ model, naive }, i) => {
      for (const [got, expected] of [
        [own[i]!.model, model],
        [own[i]!.naive, naive],
      ] as const) {
        expect(got.steps).toBe(expected.steps);
        expect(got.wape).toBeCloseTo(expected.wape, 6);
        expect(got.bias).toBeCloseTo(expected.bias, 6);
        expect(got.peaks).toBe(expected.peaks);
      }
      // Intervals and peaks of the ledger are those that were published: by then they had learnt.
      expect(own[i]!.naive.coverage).toBeCloseTo(naive.coverage, 6);
      expect(own[i]!.naive.pinball).toEqual(naive.pinball.map((loss) => expect.closeTo(loss, 6)));
    });
  });

  it('are scored once: another refresh changes nothing and writes nothing', async () => {
    const region = await dayByDay(9);
    const before = await accuracyOf(region);
    const { replaced } = region.ports.ledger;
    await region.refresh(runTime(known + 9, hour));
    await region.load(series, part(known + 8, known + 9));
    await region.refresh(runTime(known + 9, 2 * hour));
    expect(await accuracyOf(region)).toEqual(before);
    expect(region.ports.ledger.replaced).toBe(replaced);
  });

  it('are scored on whole days alone, and on each that is over since', async () => {
    const region = memoryRegion();
    await region.load(series, part(0, known));
    await region.refresh(runTime(known));
    expect((await accuracyOf(region)).words).toEqual([
      expect.stringMatching(/once a whole local day has come/),
    ]);
    const rest = part(known, known + 3);
    await region.load(series, { time: rest.time.slice(0, 60), value: rest.value.slice(0, 60) });
    await region.refresh(runTime(known, day));
    const { days, bands } = await accuracyOf(region);
    expect(days).toBe(2);
    expect(bands.filter(({ grain }) => grain === 'step').map(({ model }) => model.steps)).toEqual([
      1, 23, 24,
    ]);
  });

  it('are scored anew where actuals come late or are corrected, and that once', async () => {
    const region = memoryRegion();
    const doubled = part(known + 2, known + 3);
    doubled.value = doubled.value.map((y) => 2 * y);
    await region.load(series, part(0, known));
    await region.refresh(runTime(known));
    await region.load(series, part(known, known + 2));
    await region.refresh(runTime(known + 2));
    await region.load(series, doubled);
    await region.refresh(runTime(known + 3));
    const wrong = await accuracyOf(region);
    await region.load(series, part(known + 2, known + 3));
    await region.load(series, part(known + 3, known + 4));
    await region.refresh(runTime(known + 4));
    const right = await accuracyOf(region);
    const errorOn = ({ bands }: typeof right) =>
      bands.find((one) => one.grain === 'step' && one.band === '7d')!;
    expect(errorOn(wrong).model.wape).toBeGreaterThan(3 * errorOn(right).model.wape!);
    const { replaced } = region.ports.ledger;
    await region.refresh(runTime(known + 4, hour));
    expect(region.ports.ledger.replaced).toBe(replaced);

    // The same as if the day had come as it was in the first place.
    const plain = memoryRegion();
    await plain.load(series, part(0, known));
    await plain.refresh(runTime(known));
    await plain.load(series, part(known, known + 2));
    await plain.refresh(runTime(known + 2));
    const digest = (answer: typeof right) =>
      answer.bands.map(({ band, grain, model }) => [band, grain, model.steps]);
    await plain.load(series, part(known + 2, known + 4));
    await plain.refresh(runTime(known + 4));
    expect(digest(right).filter(([band]) => band === '7d')).not.toEqual([]);
    expect((await accuracyOf(plain)).days).toBe(right.days);
  });

  it('widen the intervals that held too little, and say so', async () => {
    const region = memoryRegion();
    await region.load(series, part(0, known));
    await region.refresh(runTime(known));
    // From now on the load jumps about as it never did before.
    const wild = (d: number) => {
      const rows = part(d - 1, d);
      return { ...rows, value: rows.value.map((y) => Math.round(y * (d % 2 === 0 ? 1.3 : 0.75))) };
    };
    for (let d = known + 1; d <= known + 20; d++) {
      await region.load(series, wild(d));
      const { outcomes } = await region.refresh(runTime(d));
      if (d === known + 8) expect(outcomes[0]!.amiss).toContain('coverage');
    }
    const { intervals, words, bands } = await accuracyOf(region);
    expect(bands.find(({ band, grain }) => band === '1d' && grain === 'step')!.model.coverage).toBeLessThan(
      0.8,
    );
    expect(intervals[0]!.factor).toBeGreaterThan(1.1);
    expect(words.at(-1)).toMatch(/are made \d\.\d+ times as wide/);
  });

  it('leave the new one alone where they cannot be scored, and are scored when they can', async () => {
    const region = memoryRegion();
    await region.load(series, part(0, known));
    await region.refresh(runTime(known));
    const read = region.ports.ledger.read;
    region.ports.ledger.read = async () => {
      throw new Error('the ledger burns');
    };
    await region.load(series, part(known, known + 1));
    const { outcomes } = await region.refresh(runTime(known + 1));
    expect(outcomes).toEqual([{ team: 'shop', metric: 'requests', status: 'ok' }]);
    expect(region.failures.map(String)).toEqual([
      expect.stringMatching(/shop\/eu\/requests were not scored: .*burns/),
    ]);
    region.ports.ledger.read = read;
    await region.load(series, part(known + 1, known + 2));
    await region.refresh(runTime(known + 2));
    expect((await accuracyOf(region)).days).toBe(2);
  });

  it('are said of the days that are asked for, and a window that is none is refused by field', async () => {
    const region = await dayByDay(6);
    const from = new Date(cutoffOf(known + 2)).toISOString();
    const until = new Date(cutoffOf(known + 4)).toISOString();
    const asked = await accuracyOf(region, `?start=${from}&end=${until}`);
    expect(asked.days).toBe(2);
    const none = await region.api(new Request(`http://api${name}?start=${until}&end=${from}`));
    expect(none.status).toBe(400);
    expect(await none.json()).toMatchObject({ errors: [{ at: 'end' }] });
    const unknown = await region.api(new Request(`http://api${name.replace('requests', 'nothing')}`));
    expect(unknown.status).toBe(404);
  });
});
