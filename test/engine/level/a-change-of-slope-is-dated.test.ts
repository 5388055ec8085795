import { describe, expect, it } from 'vitest';
import { dailyModel, firstDay } from './daily.ts';

const slopes = (model: ReturnType<typeof dailyModel>) =>
  model.findings.breaks.filter(({ kind }) => kind === 'slope');

describe('a change of slope', () => {
  it('is found within five weeks of its date and a third of its size', () => {
    const model = dailyModel(900, (t) => 0.002 * Math.max(0, t - 450));
    expect(model.findings.breaks).toHaveLength(1);
    const [found] = slopes(model);
    expect(found).toMatchObject({ kind: 'slope', declared: false });
    expect(Math.abs(found!.day - firstDay - 450)).toBeLessThan(35);
    expect(Math.abs(Math.log(found!.size) / (0.002 * 365) - 1)).toBeLessThan(1 / 3);
  });

  it('is not seen where growth is steady, nor in a year, nor in a step: at most once in forty', () => {
    let found = 0;
    const wave = (t: number) => 0.3 * Math.cos((2 * Math.PI * t) / 365.2425);
    for (let seed = 1; seed <= 10; seed++) {
      found += slopes(dailyModel(800, (t) => 0.001 * t, seed)).length;
      found += slopes(dailyModel(780 + 40 * seed, wave, seed)).length;
      found += slopes(dailyModel(600, (t) => (t >= 400 ? 0.5 : 0), seed)).length;
      found += slopes(dailyModel(450, wave, seed)).length;
    }
    expect(found).toBeLessThanOrEqual(1);
  });
});
