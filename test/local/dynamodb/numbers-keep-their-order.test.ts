import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  formatDecimal,
  negated,
  parseDecimal,
  sortableDecimal,
} from '../../../lib/local/dynamodb/decimal.ts';

/** Decimals of up to 18 digits, written in many ways, with what they are worth in units of 1e-30. */
const decimal = fc
  .record({
    digits: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
    exponent: fc.integer({ min: -30, max: 20 }),
  })
  .map(({ digits, exponent }) => ({
    text: `${digits}e${exponent}`,
    worth: digits * 10n ** BigInt(exponent + 30),
  }));

describe('numbers', () => {
  it('are ordered as keys as they are by size', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const order = Buffer.compare(
          sortableDecimal(parseDecimal(a.text)),
          sortableDecimal(parseDecimal(b.text)),
        );
        expect(order).toBe(a.worth < b.worth ? -1 : a.worth > b.worth ? 1 : 0);
      }),
    );
  });

  it('are written so that they read the same, and once', () => {
    fc.assert(
      fc.property(decimal, ({ text }) => {
        const written = formatDecimal(parseDecimal(text));
        expect(written).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(parseDecimal(written)).toEqual(parseDecimal(text));
      }),
    );
  });

  it('add up exactly', () => {
    const near = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
    fc.assert(
      fc.property(near, near, fc.integer({ min: -60, max: 60 }), (a, b, exponent) => {
        const sum = addDecimals(parseDecimal(`${a}e${exponent}`), parseDecimal(`${b}e${exponent}`));
        expect(sum).toEqual(parseDecimal(`${a + b}e${exponent}`));
        expect(addDecimals(sum, negated(sum))).toEqual(parseDecimal('0'));
      }),
    );
  });
});
