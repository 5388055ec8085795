/** What a value field holds. Infinity, beyond ±1e30 and text are refused; an empty field is a missing step. */
export type NumberKind = 'number' | 'missing' | 'infinite' | 'bad';

export const number: { value: number } = { value: 0 };

const powers = Array.from({ length: 23 }, (_, i) => 10 ** i);
const missing = /^(?:|nan|null|none|na|n\/a)$/i;
const infinite = /^[+-]?inf(?:inity)?$/i;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The same for text, exactly as `Number` reads it. */
export function numberFromText(text: string): NumberKind {
  if (missing.test(text)) return 'missing';
  if (infinite.test(text)) return 'infinite';
  if (!decimal.test(text)) return 'bad';
  number.value = Number(text);
  return isWithin(number.value) ? 'number' : 'infinite';
}

/** What the engine computes with: beyond it sums and squares lose themselves. */
export const isWithin = (value: number) => value <= 1e30 && value >= -1e30;

/**
 * Reads bytes[start, end) into `number.value`. Up to 15 digits and 22 decimals are read by hand: both the digits
 * and the power of ten are exact doubles, so one division rounds as `Number` does. Anything else goes to text.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): NumberKind {
  const negative = bytes[start] === 45;
  let at = negative ? start + 1 : start;
  let digits = 0;
  let count = 0;
  let decimals = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 48 && byte <= 57) {
      digits = digits * 10 + (byte - 48);
      count++;
      if (decimals >= 0) decimals++;
    } else if (byte === 46 && decimals < 0) decimals = 0;
    else break;
  }
  if (at === end && count > 0 && count <= 15 && decimals <= 22) {
    const value = decimals > 0 ? digits / powers[decimals]! : digits;
    number.value = negative ? -value : value;
    return 'number';
  }
  return numberFromText(
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
      .toString('utf8')
      .trim(),
  );
}
