import { describe, expect, it } from 'vitest';
import { expand, peaks } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from '../series.ts';
import { cutoff, hour, modelWith, settings, type TrueEvent } from './lifted.ts';

describe('an event', () => {
  it('moved from a silent night to noon adds at most four times what it ever added', () => {
    const night = { timeZone: 'UTC', stepSeconds: 60, metricKind: 'count' as const };
    const observations = traffic(night, cutoff - 70 * day, cutoff, { size: 1000 });
    const starts = [-50, -36, -22, -8].map((d) => cutoff + d * day + 2 * hour);
    observations.time.forEach((at, i) => {
      const clock = (at % day) / hour;
      if (clock < 6) observations.value[i]! *= 0.001;
      if (starts.some((start) => at >= start && at < start + 2 * hour)) observations.value[i] = 500;
    });
    const start = cutoff + 8 * day + 12 * hour;
    const events = [...starts, start].map((at, i) => ({
      ...{ id: `sale${i}`, kind: 'sale', start: at, end: at + 2 * hour },
    }));
    const options = { cutoff, horizonEnd: cutoff + 20 * day };
    const model = modelFrom(observations, night, options, { ...noCalendar, events });
    const window = { start, end: start + 2 * hour, stepSeconds: 60, quantiles: [] };
    const plain = expand({ ...model, events: [] }, window).mean;
    const added = expand(model, window).mean.map((y, i) => y - plain[i]!);
    expect(Math.max(...added)).toBeGreaterThan(500);
    expect(Math.max(...added)).toBeLessThan(2500);
  });

  it('three months ahead has a 99 % quantile within ten times its median', () => {
    const match = (id: string, at: number, lift?: number): TrueEvent => {
      const start = cutoff + at * day + 18 * hour;
      const end = start + 2 * hour;
      const truth = (t: number) => (t >= start && t < end ? lift! : 1);
      return { id, kind: 'match', start, end, ...(lift !== undefined && { truth }) };
    };
    const past = [-30, -24, -17, -10, -3].map((at, i) => match(`m${i}`, at, [4, 2, 6, 3, 5][i]!));
    const model = modelWith([...past, match('soon', 5), match('late', 55)], { days: 35 });
    for (const { start } of model.events) {
      const window = { start: start + hour, end: start + 3 * hour };
      const [q50, q99] = peaks(model, [window], [0.5, 0.99], { of: 'step' }).quantiles.map((q) => q[0]!);
      expect(q99! / q50!).toBeLessThan(10);
      const steps = expand(model, { ...window, stepSeconds: 60, quantiles: [0.5, 0.99] });
      for (let i = 0; i < steps.time.length; i++)
        expect(steps.quantiles[1]![i]! / steps.quantiles[0]![i]!).toBeLessThan(10);
    }
  });

  it('of a small beginning does not multiply a large series: a launch stays within four times the past ones', () => {
    const days = { ...settings, stepSeconds: 86_400 };
    const observations = traffic(days, cutoff - 500 * day, cutoff, { size: 10_000 });
    const first = cutoff - 300 * day;
    observations.time.forEach((at, i) => {
      if (at < first) observations.value[i] = 5;
      else observations.value[i] = 5 + 1000 * Math.exp(-(at - first) / (10 * day));
      if (at >= cutoff - 150 * day) observations.value[i] = 10_000;
    });
    const events = [first, cutoff + 10 * day].map((start, i) => ({ id: `l${i}`, kind: 'launch', start }));
    const options = { cutoff, horizonEnd: cutoff + 60 * day };
    const model = modelFrom(observations, days, options, { ...noCalendar, events });
    const window = { start: cutoff, end: model.horizonEnd, stepSeconds: 86_400, quantiles: [] };
    const plain = expand({ ...model, events: [] }, window).mean;
    const added = expand(model, window).mean.map((y, i) => y - plain[i]!);
    expect(Math.max(...added)).toBeGreaterThan(500);
    expect(Math.max(...added)).toBeLessThan(4000);
  });

  it('without any past is expected to do nothing, and to be unsure', () => {
    const start = cutoff + 5 * day + 12 * hour;
    const model = modelWith([{ id: 'first', kind: 'parade', start, end: start + 3 * hour }]);
    const window = { start: start + hour, end: start + 2 * hour, stepSeconds: 60, quantiles: [0.1, 0.9] };
    const [low, high] = expand(model, window).quantiles;
    const [calmLow, calmHigh] = expand({ ...model, events: [] }, window).quantiles;
    expect(high![0]! / low![0]!).toBeGreaterThan(2 * (calmHigh![0]! / calmLow![0]!));
    expect(expand(model, window).mean[0]).toBe(expand({ ...model, events: [] }, window).mean[0]);
  });

  it('begins and ends without a step: minutes after its lead-in has begun and before its hangover ends are nearly calm', () => {
    const busy = (id: string, at: number, known = true): TrueEvent => {
      const start = cutoff + at * day + 18 * hour;
      const truth = (t: number) => (t >= start - 2 * hour && t < start + 5 * hour ? 2 : 1);
      return { id, kind: 'match', start, end: start + 2 * hour, ...(known && { truth }) };
    };
    const model = modelWith([
      ...[-50, -36, -22, -8].map((at, i) => busy(`m${i}`, at)),
      busy('next', 6, false),
    ]);
    const { lift } = model.curves[model.events[0]!.curve]!;
    let last = 1;
    for (const value of lift) {
      expect(Math.abs(Math.log(value / last))).toBeLessThan(0.1);
      last = value;
    }
    expect(last).toBeLessThan(1.05);
    expect(lift[60]).toBeGreaterThan(1.6);
  });
});
