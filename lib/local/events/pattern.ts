type Json = unknown;
type Matcher = (value: Json) => boolean;

/**
 * Compiles an EventBridge event pattern.
 *
 * @returns whether an event matches
 * @throws on a comparison that the laptop cloud does not have, naming it
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(pattern: Json): (event: Json) => boolean {
  if (!isRecord(pattern))
    throw new Error(`An event pattern must be an object, not ${JSON.stringify(pattern)}.`);
  const parts = Object.entries(pattern).map(([name, expected]): ((event: Json) => boolean) => {
    if (name === '$or' && Array.isArray(expected)) {
      const choices = expected.map(compilePattern);
      return (event) => choices.some((matches) => matches(event));
    }
    if (!Array.isArray(expected)) {
      const matches = compilePattern(expected);
      return (event) => matches(member(event, name));
    }
    const matchers = expected.map(compileMatcher);
    return (event) => {
      const found = member(event, name);
      // An array matches when one of its elements does.
      const values = Array.isArray(found) ? found : [found];
      return matchers.some((matcher) => values.some(matcher));
    };
  });
  return (event) => parts.every((matches) => matches(event));
}

function compileMatcher(expected: Json): Matcher {
  if (!isRecord(expected)) return (value) => value === expected;
  const [name = '', ...others] = Object.keys(expected);
  const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (comparison === undefined || others.length > 0)
    throw new Error(
      `The event pattern ${JSON.stringify(expected)} is none that the laptop cloud compares by: ${Object.keys(comparisons).join(', ')}.`,
    );
  return comparison(expected[name]);
}

const comparisons: Record<string, (argument: Json) => Matcher> = {
  prefix: (start) => textMatcher((text) => text.startsWith(String(start))),
  suffix: (end) => textMatcher((text) => text.endsWith(String(end))),
  'equals-ignore-case': (other) => textMatcher((text) => text.toLowerCase() === String(other).toLowerCase()),
  wildcard(template) {
    const source = String(template)
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    const expression = new RegExp(`^${source}$`, 's');
    return textMatcher((text) => expression.test(text));
  },
  exists: (wanted) => (value) => (value !== undefined) === wanted,
  'anything-but'(excluded) {
    const list = Array.isArray(excluded) ? excluded : [excluded];
    const matchers = list.map(compileMatcher);
    return (value) => value !== undefined && !matchers.some((matcher) => matcher(value));
  },
  numeric(tests) {
    const list = tests as (string | number)[];
    const checks: ((value: number) => boolean)[] = [];
    for (let index = 0; index < list.length; index += 2)
      checks.push(compareNumbers(String(list[index]), Number(list[index + 1])));
    return (value) => typeof value === 'number' && checks.every((check) => check(value));
  },
};

const textMatcher =
  (test: (text: string) => boolean): Matcher =>
  (value) =>
    typeof value === 'string' && test(value);

function compareNumbers(operator: string, bound: number): (value: number) => boolean {
  if (operator === '=') return (value) => value === bound;
  if (operator === '<') return (value) => value < bound;
  if (operator === '<=') return (value) => value <= bound;
  if (operator === '>') return (value) => value > bound;
  if (operator === '>=') return (value) => value >= bound;
  throw new Error(`An event pattern compares numbers by =, <, <=, > and >=, not by ${operator}.`);
}

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (value: Json, name: string): Json => (isRecord(value) ? value[name] : undefined);
