import { describe, expect, it } from 'vitest';
import { clipToNeighbours } from '../../../lib/engine/level/clip.ts';

/** 60 rows of a level of 5 with a noise of ± 0.1, the last ones moved. */
const level = (moved: number, rows: number) =>
  Float64Array.from({ length: 60 }, (_, t) => 5 + 0.1 * Math.sin(t * t) + (t >= 60 - rows ? moved : 0));

describe('the last rows of a level', () => {
  it.each([1, 3])('say nothing where %i of them are far off', (rows) => {
    const clipped = clipToNeighbours(level(Math.log(0.2), rows));
    for (let t = 60 - rows; t < 60; t++) expect(clipped[t]).toBeNaN();
    expect(clipped.subarray(0, 60 - rows).some(Number.isNaN)).toBe(false);
  });

  it('are followed where they stay, and where they move by little', () => {
    for (const clipped of [clipToNeighbours(level(Math.log(0.2), 8)), clipToNeighbours(level(0.15, 3))])
      expect(clipped.some(Number.isNaN)).toBe(false);
  });

  it('are clipped, not lost, earlier in the history', () => {
    const values = level(0, 0);
    values[30] = 0;
    const clipped = clipToNeighbours(values);
    expect(clipped[30]).toBeGreaterThan(4);
    expect(clipped[30]).toBeLessThan(5);
  });
});
