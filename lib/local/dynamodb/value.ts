import { formatDecimal, parseDecimal, sortableDecimal } from './decimal.ts';
import { invalidParameter, validation } from './errors.ts';

/** An attribute as it travels: `{ S: 'text' }`, `{ N: '1' }`, …; binary is base64. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  M?: Item;
  L?: AttributeValue[];
  BOOL?: boolean;
  NULL?: boolean;
}
export interface Item {
  [attribute: string]: AttributeValue;
}
export type AttributeType = keyof AttributeValue;

const types = new Set(['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL']);
const deepest = 32;

export const typeOf = (value: AttributeValue): AttributeType => Object.keys(value)[0] as AttributeType;

const normalNumber = (text: unknown) => {
  if (typeof text !== 'string') throw validation('NUMBER_VALUE cannot be converted to String');
  return formatDecimal(parseDecimal(text));
};
const normalBinary = (text: unknown) => {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw validation('Invalid base64 in a Binary attribute value');
  return text;
};
const text = (value: unknown) => {
  if (typeof value !== 'string') throw validation(`Expected a string, got ${JSON.stringify(value)}`);
  return value;
};

function normalSet(values: unknown, one: (value: unknown) => string): string[] {
  if (!Array.isArray(values) || values.length === 0) throw invalidParameter('A set may not be empty');
  const normal = values.map(one);
  if (new Set(normal).size < normal.length)
    throw invalidParameter(`Input collection [${values.join(', ')}] contains duplicates.`);
  return normal;
}

/**
 * Checks a value and puts its numbers in DynamoDB's form.
 *
 * @throws DynamoDbError ValidationException
 */
export function normalValue(value: AttributeValue, depth = 0): AttributeValue {
  const keys = value !== null && typeof value === 'object' ? Object.keys(value) : [];
  const [type] = keys;
  if (keys.length === 0 || type === undefined || !types.has(type))
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (keys.length > 1)
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  if (depth > deepest) throw validation('Nesting Levels have exceeded supported limits');
  switch (type as AttributeType) {
    case 'S':
      return { S: text(value.S) };
    case 'N':
      return { N: normalNumber(value.N) };
    case 'B':
      return { B: normalBinary(value.B) };
    case 'SS':
      return { SS: normalSet(value.SS, text) };
    case 'NS':
      return { NS: normalSet(value.NS, normalNumber) };
    case 'BS':
      return { BS: normalSet(value.BS, normalBinary) };
    case 'M':
      return { M: normalItem(value.M as Item, depth + 1) };
    case 'L':
      return { L: (value.L as AttributeValue[]).map((one) => normalValue(one, depth + 1)) };
    case 'BOOL':
      return { BOOL: Boolean(value.BOOL) };
    case 'NULL':
      if (value.NULL !== true)
        throw invalidParameter('Null attribute value types must have the value of true');
      return { NULL: true };
  }
}

export function normalItem(item: Item, depth = 0): Item {
  const normal: Item = {};
  for (const [name, value] of Object.entries(item)) {
    if (name === '') throw invalidParameter('An attribute name cannot be empty');
    // Assigning would call the setter of an attribute that is named so.
    if (name === '__proto__') throw validation('The attribute name __proto__ is not supported');
    normal[name] = normalValue(value, depth);
  }
  return normal;
}

const bytesOf = (base64: string) => Buffer.byteLength(base64, 'base64');
/** About: DynamoDB does not say it exactly. */
const numberSize = (number: string) => Math.ceil(number.replace(/[-.]|^0+/g, '').length / 2) + 1;
const sum = <T>(values: T[], size: (value: T) => number) =>
  values.reduce((total, one) => total + size(one), 0);

/** Bytes, by the rules of the developer guide ("DynamoDB item sizes and formats"). */
export function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return bytesOf(value.B);
  if (value.SS) return sum(value.SS, Buffer.byteLength);
  if (value.NS) return sum(value.NS, numberSize);
  if (value.BS) return sum(value.BS, bytesOf);
  if (value.L) return 3 + sum(value.L, (one) => 1 + valueSize(one));
  if (value.M) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

export const itemSize = (item: Item): number =>
  sum(Object.entries(item), ([name, value]) => Buffer.byteLength(name) + valueSize(value));

/** Bytes whose order is DynamoDB's order of the values of a scalar type: strings by their UTF-8 bytes. */
export function sortable(value: AttributeValue): Buffer {
  if (value.S !== undefined) return Buffer.from(value.S);
  if (value.N !== undefined) return sortableDecimal(parseDecimal(value.N));
  return Buffer.from(value.B ?? '', 'base64');
}

/** Negative, zero or positive; undefined for values that have no order between them. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  const type = typeOf(a);
  if (type !== typeOf(b) || !['S', 'N', 'B'].includes(type)) return undefined;
  return Buffer.compare(sortable(a), sortable(b));
}

export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'SS' || type === 'NS' || type === 'BS') {
    const others = new Set(b[type]);
    return others.size === a[type]?.length && a[type].every((one) => others.has(one));
  }
  if (type === 'L')
    return (
      a.L?.length === b.L?.length &&
      (a.L ?? []).every((one, i) => equalValues(one, b.L?.[i] as AttributeValue))
    );
  if (type === 'M') {
    const left = a.M ?? {};
    const right = b.M ?? {};
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => {
        const other = right[name];
        return other !== undefined && equalValues(left[name] as AttributeValue, other);
      })
    );
  }
  return a[type] === b[type];
}
