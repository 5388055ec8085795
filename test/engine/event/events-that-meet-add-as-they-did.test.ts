import { describe, expect, it } from 'vitest';
import { day } from '../series.ts';
import { cutoff, hour, liftOf, modelWith, type TrueEvent } from './lifted.ts';

/** Matches of two kinds, of which some are at once; `join` says what two at once do. */
function season(join: (a: number, b: number) => number): TrueEvent[] {
  const events: TrueEvent[] = [];
  for (let week = 9; week >= 1; week--) {
    const start = cutoff - week * 7 * day + 18 * hour;
    const both = week % 2 === 1;
    const inside = (at: number) => at >= start && at < start + 2 * hour;
    const cup = { id: `cup${week}`, kind: 'cup', start, end: start + 2 * hour };
    events.push({ ...cup, truth: (at) => (inside(at) ? 1 + (both ? join(2, 1) : 2) : 1) });
    const alone = start + 2 * day;
    events.push({
      ...{ id: `league${week}`, kind: 'league', start: alone, end: alone + 2 * hour },
      truth: (at) => (at >= alone && at < alone + 2 * hour ? 2 : 1),
    });
    if (both) events.push({ id: `other${week}`, kind: 'league', start, end: start + 2 * hour });
  }
  return events;
}

describe('events that meet', () => {
  const start = cutoff + 14 * day + 18 * hour;
  const coming = ['cup', 'league'].map((kind) => ({
    ...{ id: `next-${kind}`, kind, start, end: start + 2 * hour },
  }));
  const alone = { ...coming[0]!, start: start + 7 * day, end: start + 7 * day + 2 * hour, id: 'alone' };

  it.each([
    ['add up where they did', (a: number, b: number) => a + b, 3],
    ['are as large as the larger where they were', Math.max, 2],
  ])('%s, within 12 %%, and each keeps its own size', (_, join, more) => {
    const lift = liftOf(modelWith([...season(join), ...coming, alone]));
    expect(Math.abs((lift(start + hour) - 1) / more - 1)).toBeLessThan(0.12);
    expect(Math.abs((lift(alone.start + hour) - 1) / 2 - 1)).toBeLessThan(0.12);
  });

  it('add up where the past says nothing', () => {
    const apart = season(Math.max).filter(({ id }) => !id.startsWith('other'));
    const single = apart.filter(({ id }) => !/cup[13579]/.test(id));
    const lift = liftOf(modelWith([...single, ...coming]));
    expect(lift(start + hour) - 1).toBeGreaterThan(2.7);
    expect(lift(start + hour) - 1).toBeLessThan(3.1);
  });
});
