import { describe, expect, it } from 'vitest';
import { yearAgreement } from '../../../lib/engine/level/agreement.ts';
import { seeded } from '../series.ts';
import { dailyModel } from './daily.ts';

const wave = (t: number) => 0.3 * Math.cos((2 * Math.PI * t) / 365.2425);

function noisy(n: number, log: (t: number) => number): Float64Array {
  const random = seeded(8);
  return Float64Array.from({ length: n }, (_, t) => log(t) + 0.1 * (random() + random() - 1));
}

/** Distance between the highest and the lowest month of the yearly part that is forecast. */
function swing(days: number, log: (t: number) => number): number {
  const { year } = dailyModel(days, log).days;
  const months = Array.from({ length: 12 }, (_, m) => {
    const part = year.subarray(30 * m, 30 * m + 30);
    return part.reduce((a, b) => a + b, 0) / 30;
  });
  return Math.max(...months) - Math.min(...months);
}

describe('the agreement of the years', () => {
  it.each([2, 3, 6])('is nearly full where %i years are alike', (years) => {
    expect(yearAgreement(noisy(years * 365, wave), 1)).toBeGreaterThan(0.9);
  });

  it('is nearly none where each year does the contrary of the one before', () => {
    const contrary = (t: number) => (Math.floor(t / 365) % 2 === 0 ? wave(t) : -wave(t));
    expect(yearAgreement(noisy(4 * 365, contrary), 1)).toBeLessThan(0.15);
  });

  it('is what is usual where there is but one year', () => {
    expect(yearAgreement(noisy(360, wave), 1)).toBeCloseTo(0.6, 9);
  });

  it('does not take growth for a season, nor minds it', () => {
    const agreed = yearAgreement(
      noisy(3 * 365, (t) => 0.002 * t),
      1,
    );
    expect(agreed).toBeLessThan(0.6);
    expect(
      yearAgreement(
        noisy(3 * 365, (t) => wave(t) + 0.002 * t),
        1,
      ),
    ).toBeGreaterThan(0.9);
  });

  it('is found in rows of weeks, and with holes', () => {
    const weeks = noisy(3 * 52, (t) => wave(7 * t));
    for (let t = 60; t < 64; t++) weeks[t] = Number.NaN;
    expect(yearAgreement(weeks, 7)).toBeGreaterThan(0.8);
  });
});

it('a rush that came once is no season, a season that came twice is one', () => {
  const rush = (t: number) => 0.6 * Math.exp(-(((t - 330) / 30) ** 2));
  expect(swing(700, rush)).toBeLessThan(0.2);
  expect(swing(760, wave)).toBeGreaterThan(0.45);
});
