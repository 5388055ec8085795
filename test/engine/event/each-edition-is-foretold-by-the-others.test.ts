import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../../../lib/engine/index.ts';
import { day } from '../series.ts';
import { cutoff, hour, modelWith, type TrueEvent } from './lifted.ts';

function match(id: string, start: number, lift: number, kind = 'match'): TrueEvent {
  const end = start + 2 * hour;
  return { id, kind, start, end, truth: (at) => (at >= start && at < end ? lift : 1) };
}

describe('leaving one edition out', () => {
  const starts = [-63, -49, -35, -21].map((d) => cutoff + d * day + 18 * hour);
  const lifts = [3, 3, 3, 6];
  const events = starts.map((start, i) => match(`m${i}`, start, lifts[i]!));

  it('says what each edition did, how the others foretold it, and by how much they missed', () => {
    const { editions } = modelWith(events).findings;
    expect(editions.map(({ id }) => id)).toEqual(['m0', 'm1', 'm2', 'm3']);
    editions.forEach((edition, i) => {
      expect(edition.lift).toBeCloseTo(lifts[i]!, 0);
      expect(edition.foretold!.editions).toBe(3);
    });
    const surprise = editions[3]!.foretold!;
    expect(surprise.lift).toBeGreaterThan(2.7);
    expect(surprise.lift).toBeLessThan(3.3);
    expect(surprise.wape).toBeCloseTo(0.5, 1);
    expect(surprise.peakError).toBeCloseTo(-0.5, 1);
    expect(editions[0]!.foretold!.wape).toBeLessThan(0.4);
  });

  it('makes the next one as unsure as the past was', () => {
    const next = match('next', cutoff + 7 * day + 18 * hour, 1);
    const calm = modelWith([...starts.map((start, i) => match(`m${i}`, start, 3)), next]);
    const wild = modelWith([...events, next]);
    const sd = (model: typeof calm) => model.curves[model.events[0]!.curve]!.sd;
    expect(sd(calm)).toBeLessThan(0.12);
    expect(sd(wild)).toBeGreaterThan(0.3);
    const unknown = modelWith([...events, match('new', next.start, 1, 'parade')]);
    expect(sd(unknown)).toBe(0.5);
  });

  it('is kept with the model, and says so where there is nothing to leave out', () => {
    const model = modelWith([events[0]!, match('next', cutoff + 7 * day, 1)]);
    expect(model.findings.editions).toHaveLength(1);
    expect(model.findings.editions[0]!.foretold).toBeUndefined();
    expect(decodeModel(encodeModel(model)).findings).toEqual(model.findings);
  });
});
