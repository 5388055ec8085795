import { createHash, randomUUID } from 'node:crypto';
import type { Expression } from 'jsonata';

/** Functions of JSONata 2.0.6 that Step Functions offers (all but `$eval`). */
const jsonataFunctions =
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
  'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round ' +
  'abs sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge ' +
  'reverse each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
  'decodeUrlComponent decodeUrl toMillis fromMillis clone now millis';

/** Every name that an expression may call without assigning it first. */
export const functionNames: ReadonlySet<string> = new Set([
  ...jsonataFunctions.split(' '),
  ...['partition', 'range', 'hash', 'uuid', 'parse'],
]);

const algorithms: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function partition(items: unknown[], size: number): unknown[][] {
  if (!(size >= 1)) throw new Error(`$partition: the chunk size must be a positive integer, got ${size}`);
  const step = Math.floor(size);
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += step) chunks.push(items.slice(start, start + step));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range: the step must not be 0');
  const values: number[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    if (values.length === 1000) throw new Error('$range: more than 1,000 values');
    values.push(value);
  }
  return values;
}

function hash(data: unknown, algorithm: string): string {
  const name = algorithms[algorithm];
  if (name === undefined)
    throw new Error(`$hash: algorithm ${algorithm}, expected one of ${Object.keys(algorithms).join(', ')}`);
  return createHash(name)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex');
}

/** A number in [0, 1): the same for the same seed (mulberry32), as AWS promises for a seeded `$random`. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}

/**
 * Gives an expression the functions that Step Functions adds to JSONata.
 * Source: Step Functions developer guide, "Transforming data with JSONata", "JSONata functions provided".
 */
export function registerFunctions(expression: Expression): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<xs:s>');
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', (text: string) => JSON.parse(text), '<s:x>');
}
