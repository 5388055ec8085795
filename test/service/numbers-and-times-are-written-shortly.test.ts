import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantText, instantTexts } from '../../lib/service/grain.ts';
import { rounded } from '../../lib/service/locate-forecast.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc
    .tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: -12, max: 17 }))
    .map(([x, k]) => x * 10 ** k),
  fc.integer({ min: -20, max: 20 }).map((k) => 10 ** k),
  fc.integer(),
);

it('a number of an answer is the nearest of seven digits, as short as it can be written', () => {
  fc.assert(
    fc.property(number, (x) => {
      const got = rounded(x);
      const text = Number(x.toPrecision(7));
      // Halfway between two of them, either is as near.
      if (!Object.is(got, text) && got !== text) {
        expect(Math.abs(Math.abs(got - x) - Math.abs(text - x))).toBeLessThanOrEqual(Math.abs(x) * 1e-14);
        expect(got).toBe(Number(got.toPrecision(7)));
      }
    }),
    { numRuns: 20_000 },
  );
  expect([0, 5, -1234567.8, 999.9999999, 0.1 + 0.2, 12345678, 1e300, Number.NaN].map(rounded)).toEqual([
    0,
    5,
    -1234568,
    1000,
    0.3,
    12345680,
    1e300,
    Number.NaN,
  ]);
});

it('instants are written as one by one, however many', () => {
  const instant = fc.oneof(
    fc.integer({ min: -2_208_988_800, max: 7_258_118_400 }).map((seconds) => seconds * 1000),
    fc.integer({ min: 0, max: 60_000_000 }).map((minutes) => minutes * 60_000),
    fc.maxSafeInteger().map((ms) => ms % 8.64e15),
  );
  fc.assert(
    fc.property(fc.array(instant), (times) => {
      expect(instantTexts(times)).toEqual(times.map(instantText));
    }),
    { numRuns: 2000 },
  );
});
