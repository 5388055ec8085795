import { validation } from './errors.ts';

/**
 * A DynamoDB number: `sign × 0.digits × 10^exponent`, `digits` without leading and trailing zeros, '' for zero.
 * 38 significant digits, magnitudes from 1e-130 to 9.99…e125.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export interface Decimal {
  sign: -1 | 0 | 1;
  digits: string;
  exponent: number;
}

const zero: Decimal = { sign: 0, digits: '', exponent: 0 };

/** @throws DynamoDbError ValidationException for what is no number or does not fit */
export function parseDecimal(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || !(match[2] || match[3]))
    throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  const [, minus, whole = '', fraction = '', power = '0'] = match;
  return normal(minus === '-' ? -1 : 1, whole + fraction, whole.length + Number(power));
}

function normal(sign: -1 | 1, padded: string, exponent: number): Decimal {
  const leading = /^0*/.exec(padded)?.[0].length ?? 0;
  const digits = padded.slice(leading).replace(/0+$/, '');
  if (digits === '') return zero;
  if (digits.length > 38) throw validation('Attempting to store more than 38 significant digits in a Number');
  if (exponent - leading > 126)
    throw validation(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  if (exponent - leading < -129)
    throw validation(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  return { sign, digits, exponent: exponent - leading };
}

/** As DynamoDB writes it: no exponent, no needless zeros. */
export function formatDecimal({ sign, digits, exponent }: Decimal): string {
  if (sign === 0) return '0';
  const minus = sign < 0 ? '-' : '';
  if (exponent <= 0) return `${minus}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return minus + digits.padEnd(exponent, '0');
  return `${minus}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.sign === 0) return b;
  if (b.sign === 0) return a;
  const scale = Math.max(a.digits.length - a.exponent, b.digits.length - b.exponent);
  const sum = scaled(a, scale) + scaled(b, scale);
  const digits = (sum < 0n ? -sum : sum).toString();
  return normal(sum < 0n ? -1 : 1, digits, digits.length - scale);
}

/** As a whole number of 10^-scale. */
const scaled = ({ sign, digits, exponent }: Decimal, scale: number) =>
  BigInt(sign) * BigInt(digits) * 10n ** BigInt(scale - (digits.length - exponent));

// Zero has no sign: -0 would not equal it.
export const negated = (a: Decimal): Decimal =>
  a.sign === 0 ? a : { ...a, sign: -a.sign as Decimal['sign'] };

/** Bytes whose order is that of the numbers. */
export function sortableDecimal({ sign, digits, exponent }: Decimal): Buffer {
  if (sign === 0) return Buffer.of(1);
  const magnitude = exponent + 1024;
  const bytes = Buffer.concat([
    Buffer.of(sign > 0 ? 2 : 0, magnitude >> 8, magnitude & 255),
    Buffer.from(digits),
  ]);
  if (sign > 0) return bytes;
  // Larger magnitudes come first, and more digits before fewer.
  for (let i = 1; i < bytes.length; i++) bytes[i] = 255 - (bytes[i] as number);
  return Buffer.concat([bytes, Buffer.of(255)]);
}
