import { validation } from './errors.ts';
import type { Key } from './table.ts';
import type { Tokens } from './tokens.ts';
import { type AttributeValue, sortable, typeOf } from './value.ts';

/** What a Query reads: one partition, and a half-open range of the sort key's bytes. */
export interface KeyRange {
  partition: AttributeValue;
  from: Buffer;
  /** No bound when undefined. */
  until: Buffer | undefined;
}

interface Term {
  name: string;
  operator: string;
  values: AttributeValue[];
}

const unsupported = () => validation('Query key condition not supported');
const after = (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)]);

/** The first byte string behind all that start with `prefix`; undefined when there is none. */
function behind(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte < 255);
  if (last === -1) return undefined;
  const successor = Buffer.from(prefix.subarray(0, last + 1));
  successor[last] = (successor[last] as number) + 1;
  return successor;
}

/**
 * Parses KeyConditionExpression: `partition = :v [AND sort (=|<|<=|>|>=|BETWEEN|begins_with) …]`, in either order.
 *
 * @throws DynamoDbError ValidationException
 */
export function parseKeyCondition(tokens: Tokens<AttributeValue>, key: Key): KeyRange {
  const terms = [term(tokens)];
  while (tokens.accept('AND')) terms.push(term(tokens));
  if (tokens.peek.kind !== 'end') throw tokens.unexpected();
  if (terms.length > 2) throw validation('Conditions must be of length 1 or 2');
  const partition = take(terms, key.partition.name);
  if (partition === undefined)
    throw validation(`Query condition missed key schema element: ${key.partition.name}`);
  if (partition.operator !== '=') throw unsupported();
  checkType(partition, key.partition.type);
  const [value] = partition.values as [AttributeValue];
  if (terms.length === 0) return { partition: value, from: Buffer.of(), until: undefined };
  const sort = key.sort && take(terms, key.sort.name);
  if (sort === undefined || key.sort === undefined)
    throw key.sort
      ? validation(`Query condition missed key schema element: ${key.sort.name}`)
      : unsupported();
  checkType(sort, key.sort.type);
  return { partition: value, ...range(sort) };
}

function take(terms: Term[], name: string): Term | undefined {
  const at = terms.findIndex((one) => one.name === name);
  return at === -1 ? undefined : terms.splice(at, 1)[0];
}

function checkType({ values }: Term, type: string): void {
  for (const value of values)
    if (typeOf(value) !== type)
      throw validation(
        'One or more parameter values were invalid: Condition parameter type does not match schema type',
      );
}

function range({ operator, values }: Term): { from: Buffer; until: Buffer | undefined } {
  const [low, high = low] = values.map(sortable) as [Buffer, Buffer?];
  switch (operator) {
    case '=':
      return { from: low, until: after(low) };
    case '<':
      return { from: Buffer.of(), until: low };
    case '<=':
      return { from: Buffer.of(), until: after(low) };
    case '>':
      return { from: after(low), until: undefined };
    case '>=':
      return { from: low, until: undefined };
    case 'begins_with':
      if (values[0]?.N !== undefined)
        throw validation(
          'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
        );
      return { from: low, until: behind(low) };
    default:
      if (Buffer.compare(low, high) > 0)
        throw validation(
          'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
        );
      return { from: low, until: after(high) };
  }
}

function term(tokens: Tokens<AttributeValue>): Term {
  if (tokens.accept('(')) {
    const inner = term(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.sees('begins_with') && tokens.sees('(', 1)) {
    tokens.take();
    tokens.take();
    const name = nameOf(tokens);
    tokens.expect(',');
    const value = tokens.value();
    tokens.expect(')');
    return { name, operator: 'begins_with', values: [value] };
  }
  const name = nameOf(tokens);
  if (tokens.accept('BETWEEN')) {
    const low = tokens.value();
    tokens.expect('AND');
    return { name, operator: 'BETWEEN', values: [low, tokens.value()] };
  }
  const operator = tokens.take().text;
  if (!['=', '<', '<=', '>', '>='].includes(operator)) throw unsupported();
  return { name, operator, values: [tokens.value()] };
}

function nameOf(tokens: Tokens<AttributeValue>): string {
  const path = tokens.path();
  if (path.length > 1)
    throw validation(
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    );
  return path[0];
}
