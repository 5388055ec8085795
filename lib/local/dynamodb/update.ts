import { addDecimals, formatDecimal, negated, parseDecimal } from './decimal.ts';
import { validation } from './errors.ts';
import { checkOverlap, read, remove, write } from './paths.ts';
import type { Path, Tokens } from './tokens.ts';
import { type AttributeValue, type Item, typeOf } from './value.ts';

type Parser = Tokens<AttributeValue>;
/** A right-hand side, computed from the item as it was before the update. */
type Source = (before: Item) => AttributeValue;

export interface Update {
  /** The item after the update; the one given is left as it is. */
  apply(before: Item): Item;
  /** What it changes. */
  paths: Path[];
}

interface Clause {
  verb: 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
  path: Path;
  source: Source;
}

const verbs = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const wrongType = () => validation('An operand in the update expression has an incorrect data type');

/**
 * Parses UpdateExpression.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 *
 * @throws DynamoDbError ValidationException
 */
export function parseUpdate(tokens: Parser): Update {
  const clauses: Clause[] = [];
  const seen = new Set<string>();
  while (tokens.peek.kind !== 'end') {
    const verb = verbs.find((one) => tokens.accept(one));
    if (verb === undefined) throw tokens.unexpected();
    if (seen.has(verb))
      throw tokens.error(`The "${verb}" section can only be used once in an update expression;`);
    seen.add(verb);
    do clauses.push(clause(verb, tokens));
    while (tokens.accept(','));
  }
  const paths = clauses.map(({ path }) => path);
  checkOverlap(tokens.parameter, paths);
  return { apply: (before) => applied(before, clauses), paths };
}

function clause(verb: Clause['verb'], tokens: Parser): Clause {
  const path = tokens.path();
  if (verb === 'REMOVE') return { verb, path, source: () => ({ NULL: true }) };
  if (verb === 'SET') {
    tokens.expect('=');
    return { verb, path, source: expression(tokens) };
  }
  const value = tokens.value();
  const type = typeOf(value);
  const isSet = type === 'SS' || type === 'NS' || type === 'BS';
  if (!isSet && !(verb === 'ADD' && type === 'N'))
    throw tokens.error(
      `Incorrect operand type for operator or function; operator: ${verb}, operand type: ${typeNames[type]}`,
    );
  return {
    verb,
    path,
    source: (before) =>
      verb === 'ADD' ? added(read(before, path), value) : without(read(before, path), value),
  };
}

const typeNames = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  M: 'MAP',
  L: 'LIST',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
} as const;

function expression(tokens: Parser): Source {
  const left = operand(tokens);
  const sign = tokens.accept('+') ? '+' : tokens.accept('-') ? '-' : undefined;
  if (sign === undefined) return left;
  const right = operand(tokens);
  return (before) => {
    const [a, b] = [left(before).N, right(before).N];
    if (a === undefined || b === undefined) throw wrongType();
    const other = parseDecimal(b);
    return { N: formatDecimal(addDecimals(parseDecimal(a), sign === '+' ? other : negated(other))) };
  };
}

function operand(tokens: Parser): Source {
  if (tokens.accept('(')) {
    const inner = expression(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.peek.kind === 'value') {
    const value = tokens.value();
    return () => value;
  }
  if (tokens.peek.kind === 'name' && tokens.sees('(', 1)) return call(tokens);
  const path = tokens.path();
  return (before) => {
    const value = read(before, path);
    if (value === undefined)
      throw validation('The provided expression refers to an attribute that does not exist in the item');
    return value;
  };
}

function call(tokens: Parser): Source {
  const name = tokens.take().text;
  tokens.expect('(');
  if (name === 'if_not_exists') {
    const path = tokens.path();
    tokens.expect(',');
    const otherwise = expression(tokens);
    tokens.expect(')');
    return (before) => read(before, path) ?? otherwise(before);
  }
  if (name !== 'list_append') throw tokens.error(`Invalid function name; function: ${name}`);
  const first = operand(tokens);
  tokens.expect(',');
  const second = operand(tokens);
  tokens.expect(')');
  return (before) => {
    const [a, b] = [first(before).L, second(before).L];
    if (a === undefined || b === undefined) throw wrongType();
    return { L: [...a, ...b] };
  };
}

function added(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  const type = typeOf(value);
  if (type !== typeOf(current)) throw wrongType();
  if (type === 'N')
    return {
      N: formatDecimal(addDecimals(parseDecimal(current.N as string), parseDecimal(value.N as string))),
    };
  const members = [...(current[type] as string[]), ...(value[type] as string[])];
  return { [type]: [...new Set(members)] };
}

/** What is left of a set; an empty set is no attribute. */
function without(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return { NULL: true };
  const type = typeOf(value);
  if (type !== typeOf(current)) throw wrongType();
  const gone = new Set(value[type] as string[]);
  return { [type]: (current[type] as string[]).filter((one) => !gone.has(one)) };
}

function applied(before: Item, clauses: Clause[]): Item {
  const after = structuredClone(before);
  const results = clauses.map(({ verb, path, source }) => ({
    verb,
    path,
    value: structuredClone(source(before)),
  }));
  for (const { verb, path, value } of results)
    if (verb === 'SET' || verb === 'ADD') write(after, path, value);
  const emptied = results.filter(({ verb, path, value }) => {
    if (verb !== 'DELETE' || read(before, path) === undefined) return false;
    write(after, path, value);
    return value[typeOf(value) as 'SS']?.length === 0;
  });
  const removed = [...results.filter(({ verb }) => verb === 'REMOVE'), ...emptied].map(({ path }) => path);
  // From the back, so that the positions of a list's other elements hold.
  for (const path of removed.sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0)) remove(after, path);
  return after;
}
