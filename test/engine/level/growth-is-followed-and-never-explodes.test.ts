import { describe, expect, it } from 'vitest';
import { day } from '../series.ts';
import { dailyModel, firstDay, logLevel } from './daily.ts';

/** Two years ahead. */
const far = (days: number) => ({ horizonEnd: (firstDay + days + 730) * day });

describe('the level', () => {
  it('that grew steadily for three years is forecast to grow on for half a year, by no less than half as much', () => {
    const model = dailyModel(1100, (t) => 0.0008 * t);
    const growth = logLevel(model, 180) - logLevel(model, 0);
    expect(growth).toBeGreaterThan(0.5 * 0.0008 * 180);
    expect(growth).toBeLessThan(1.1 * 0.0008 * 180);
  });

  it('that stopped growing five months ago stands still', () => {
    const model = dailyModel(700, (t) => 0.001 * Math.min(t, 550));
    expect(Math.abs(logLevel(model, 180) - 0.55)).toBeLessThan(0.1);
  });

  for (const days of [60, 130, 250, 500, 900])
    it(`that rushed up for ${days} days does not double twice more in two years`, () => {
      const model = dailyModel(days, (t) => (3 * t) / days, 1, far(days));
      const end = logLevel(model, 720);
      expect(end).toBeGreaterThan(2);
      expect(end).toBeLessThan(3 + Math.log(4));
    });

  it('that fell away does not fall for nothing in two years', () => {
    const model = dailyModel(300, (t) => -0.01 * t, 1, far(300));
    expect(logLevel(model, 720)).toBeGreaterThan(-3 - Math.log(4));
  });

  it('after a December seen once is the usual one again in the half year that follows: within a tenth, where December had 60 % more', () => {
    const december = (t: number) => {
      const { date, month } = dateOf(t);
      return month === 11 && date <= 28 ? 0.47 : 0;
    };
    // From 3 January 2022: until early and late January of the year after.
    for (const days of [370, 390]) {
      const model = dailyModel(days, december);
      for (const ahead of [0, 60, 150]) expect(Math.abs(logLevel(model, ahead))).toBeLessThan(0.1);
    }
  });
});

function dateOf(t: number): { date: number; month: number } {
  const at = new Date((firstDay + t) * day);
  return { date: at.getUTCDate(), month: at.getUTCMonth() };
}
