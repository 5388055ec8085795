import { describe, expect, it } from 'vitest';
import { coverage, mase, pinball, wape } from '../../lib/engine/index.ts';

describe('measures', () => {
  it('are those of the textbook', () => {
    expect(wape([10, 20, 30], [12, 18, 30])).toBeCloseTo(4 / 60, 12);
    expect(pinball([10, 20], [8, 24], 0.9)).toBeCloseTo((0.9 * 2 + 0.1 * 4) / 2, 12);
    expect(coverage([1, 2, 3, 4], [1, 1, 4, 1], [2, 3, 5, 3])).toBe(0.5);
    expect(mase([5, 7], [6, 6], [1, 2, 3, 4, 6], 2)).toBeCloseTo(1 / ((2 + 2 + 3) / 3), 12);
  });
});
