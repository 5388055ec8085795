import { describe, expect, it } from 'vitest';
import { dailyModel, firstDay, logLevel } from './daily.ts';

const step = (at: number, size: number) => (t: number) => (t >= at ? size : 0);

describe('a step of the level', () => {
  for (const size of [0.3, -0.5, 0.9])
    it(`of ${size} is found within a day of its date and a tenth of its size, and the forecast stays there`, () => {
      const model = dailyModel(200, step(150, size));
      expect(model.findings.breaks).toHaveLength(1);
      const [found] = model.findings.breaks;
      expect(Math.abs(found!.day - firstDay - 150)).toBeLessThanOrEqual(1);
      expect(Math.abs(Math.log(found!.size) - size)).toBeLessThan(0.1 * Math.abs(size));
      expect(found).toMatchObject({ kind: 'level', declared: false });
      for (const ahead of [0, 90, 350])
        expect(Math.abs(logLevel(model, ahead) - size)).toBeLessThan(0.05 + 0.05 * Math.abs(size));
    });

  it('is found in the last week of the history', () => {
    const model = dailyModel(200, step(194, 0.6));
    expect(model.findings.breaks.map(({ day }) => day - firstDay)).toEqual([194]);
    expect(Math.abs(logLevel(model, 60) - 0.6)).toBeLessThan(0.08);
  });

  it('two are told apart', () => {
    const model = dailyModel(300, (t) => step(100, 0.5)(t) + step(220, -0.7)(t));
    expect(model.findings.breaks.map(({ day }) => day - firstDay)).toEqual([100, 220]);
  });

  it('is not seen in three odd days at the end, nor in a spell that passes', () => {
    expect(dailyModel(200, step(197, -1.5)).findings.breaks).toEqual([]);
    const spell = dailyModel(300, (t) => (t >= 150 && t < 170 ? 0.8 : 0));
    expect(spell.findings.breaks).toEqual([]);
  });

  it('is not seen in a fall into the holidays, as long as it cannot be told whether it will outlive them', () => {
    const holidays = [{ date: '2022-07-14', name: 'Holiday' }];
    const fall = step(190, -0.6);
    expect(dailyModel(200, fall).findings.breaks).toHaveLength(1);
    expect(dailyModel(200, fall, 1, {}, holidays).findings.breaks).toEqual([]);
  });

  it('is not seen in a slope, which is one', () => {
    expect(dailyModel(400, (t) => 0.004 * t).findings.breaks).toEqual([]);
  });

  it('that a person declared counts from the day it was declared for', () => {
    const declared = [firstDay + 197];
    const model = dailyModel(200, step(197, 0.5), 1, { breaks: declared });
    expect(model.findings.breaks).toHaveLength(1);
    expect(model.findings.breaks[0]).toMatchObject({ day: declared[0], kind: 'level', declared: true });
    expect(Math.abs(logLevel(model, 60) - 0.5)).toBeLessThan(0.15);
  });

  it('declared for days that the history does not have changes nothing', () => {
    const model = dailyModel(200, () => 0, 1, { breaks: [firstDay - 40, firstDay + 500] });
    expect(model.findings.breaks).toEqual([]);
    expect(model.days.level).toEqual(dailyModel(200, () => 0).days.level);
  });
});

describe('a clean series', () => {
  it('is given a break at most once in fifty, whether it is flat, seasonal or wanders', () => {
    let found = 0;
    const wave = (t: number) => 0.3 * Math.cos((2 * Math.PI * t) / 365.2425);
    for (let seed = 1; seed <= 20; seed++) {
      found += dailyModel(150, () => 0, seed).findings.breaks.length;
      found += dailyModel(420, wave, seed).findings.breaks.length;
      found += dailyModel(56, () => 0, seed).findings.breaks.length;
    }
    expect(found).toBeLessThanOrEqual(1);
  });
});
