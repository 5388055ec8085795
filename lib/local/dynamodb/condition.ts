import { read } from './paths.ts';
import type { Path, Tokens } from './tokens.ts';
import {
  type AttributeType,
  type AttributeValue,
  compareValues,
  equalValues,
  type Item,
  typeOf,
} from './value.ts';

export type Test = (item: Item) => boolean;
export type Operand = (item: Item) => AttributeValue | undefined;
type Parser = Tokens<AttributeValue>;

/** A condition or filter: whether an item satisfies it, and which attributes it names. */
export interface Condition {
  test: Test;
  paths: Path[];
}

const comparators: Record<string, (a: AttributeValue, b: AttributeValue) => boolean> = {
  '=': equalValues,
  '<>': (a, b) => !equalValues(a, b),
  '<': (a, b) => (compareValues(a, b) ?? 1) < 0,
  '<=': (a, b) => (compareValues(a, b) ?? 1) <= 0,
  '>': (a, b) => (compareValues(a, b) ?? -1) > 0,
  '>=': (a, b) => (compareValues(a, b) ?? -1) >= 0,
};

/**
 * Parses ConditionExpression or FilterExpression.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 *
 * @throws DynamoDbError ValidationException
 */
export function parseCondition(tokens: Parser): Condition {
  const paths: Path[] = [];
  const test = disjunction(tokens, paths);
  if (tokens.peek.kind !== 'end') throw tokens.unexpected();
  return { test, paths };
}

function disjunction(tokens: Parser, paths: Path[]): Test {
  const terms = [conjunction(tokens, paths)];
  while (tokens.accept('OR')) terms.push(conjunction(tokens, paths));
  return terms.length === 1 ? (terms[0] as Test) : (item) => terms.some((term) => term(item));
}

function conjunction(tokens: Parser, paths: Path[]): Test {
  const terms = [negation(tokens, paths)];
  while (tokens.accept('AND')) terms.push(negation(tokens, paths));
  return terms.length === 1 ? (terms[0] as Test) : (item) => terms.every((term) => term(item));
}

function negation(tokens: Parser, paths: Path[]): Test {
  if (tokens.accept('NOT')) {
    const term = negation(tokens, paths);
    return (item) => !term(item);
  }
  if (!tokens.accept('(')) return predicate(tokens, paths);
  const inner = disjunction(tokens, paths);
  tokens.expect(')');
  return inner;
}

function predicate(tokens: Parser, paths: Path[]): Test {
  if (tokens.peek.kind === 'name' && tokens.sees('(', 1) && !tokens.sees('size')) return call(tokens, paths);
  const left = operand(tokens, paths);
  if (tokens.accept('BETWEEN')) {
    const low = operand(tokens, paths);
    tokens.expect('AND');
    const high = operand(tokens, paths);
    return (item) => compared('>=', left(item), low(item)) && compared('<=', left(item), high(item));
  }
  if (tokens.accept('IN')) {
    tokens.expect('(');
    const choices = [operand(tokens, paths)];
    while (tokens.accept(',')) choices.push(operand(tokens, paths));
    tokens.expect(')');
    return (item) => choices.some((choice) => compared('=', left(item), choice(item)));
  }
  const sign = tokens.peek.text;
  if (tokens.peek.kind !== 'sign' || !(sign in comparators)) throw tokens.unexpected();
  tokens.take();
  const right = operand(tokens, paths);
  return (item) => compared(sign, left(item), right(item));
}

/** Nothing compares with an attribute that is not there, except that it differs. */
function compared(sign: string, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return sign === '<>';
  return comparators[sign]?.(a, b) ?? false;
}

function operand(tokens: Parser, paths: Path[]): Operand {
  if (tokens.peek.kind === 'value') {
    const value = tokens.value();
    return () => value;
  }
  if (tokens.sees('size') && tokens.sees('(', 1)) {
    tokens.take();
    tokens.take();
    const inner = operand(tokens, paths);
    tokens.expect(')');
    return (item) => sizeOf(inner(item));
  }
  const path = tokens.path();
  paths.push(path);
  return (item) => read(item, path);
}

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const size =
    value.S !== undefined
      ? Buffer.byteLength(value.S)
      : value.B !== undefined
        ? Buffer.byteLength(value.B, 'base64')
        : ((value.L ?? value.SS ?? value.NS ?? value.BS)?.length ?? (value.M && Object.keys(value.M).length));
  return size === undefined ? undefined : { N: String(size) };
}

const functions: Record<string, { takes: number; make: (operands: Operand[], tokens: Parser) => Test }> = {
  attribute_exists: {
    takes: 1,
    make:
      ([at]) =>
      (item) =>
        at?.(item) !== undefined,
  },
  attribute_not_exists: {
    takes: 1,
    make:
      ([at]) =>
      (item) =>
        at?.(item) === undefined,
  },
  attribute_type: {
    takes: 2,
    make:
      ([at, type]) =>
      (item) => {
        const value = at?.(item);
        return value !== undefined && typeOf(value) === (type?.(item)?.S as AttributeType | undefined);
      },
  },
  begins_with: {
    takes: 2,
    make:
      ([at, prefix]) =>
      (item) =>
        beginsWith(at?.(item), prefix?.(item)),
  },
  contains: {
    takes: 2,
    make:
      ([at, part]) =>
      (item) =>
        contains(at?.(item), part?.(item)),
  },
};

function call(tokens: Parser, paths: Path[]): Test {
  const name = tokens.take().text;
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined) throw tokens.error(`Invalid function name; function: ${name}`);
  tokens.expect('(');
  const first = tokens.peek.kind;
  const operands = [operand(tokens, paths)];
  while (tokens.accept(',')) operands.push(operand(tokens, paths));
  tokens.expect(')');
  if (operands.length !== found.takes)
    throw tokens.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  if (name.startsWith('attribute_') && first === 'value')
    throw tokens.error(`Operator or function requires a document path; operator or function: ${name}`);
  return found.make(operands, tokens);
}

export function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B === undefined || prefix?.B === undefined) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B !== undefined)
    return part.B !== undefined && Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  if (value.L) return value.L.some((one) => equalValues(one, part));
  const member = part.S ?? part.N ?? part.B;
  const set = part.S !== undefined ? value.SS : part.N !== undefined ? value.NS : value.BS;
  return member !== undefined && (set?.includes(member) ?? false);
}
