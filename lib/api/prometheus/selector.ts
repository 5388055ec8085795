import { PrometheusError } from './error.ts';

/** A label and what its value must be. */
export interface Matcher {
  label: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
  matches(value: string): boolean;
}

const longest = 4000;
const longestPattern = 200;

/**
 * Reads an instant vector selector: `name`, `name{label="value", …}` or `{…}`, with =, !=, =~ and !~. That is all of
 * PromQL that a forecast has an answer for; everything else is refused.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
 * @throws PrometheusError (bad_data) that says where
 */
export function parseSelector(text: string): Matcher[] {
  const refuse = (at: number, expected: string) =>
    new PrometheusError(
      'bad_data',
      `parse error at char ${at + 1} of ${JSON.stringify(text.slice(0, 200))}: expected ${expected}. Only selectors such as cloudtune_forecast{team="shop",quantile="0.9"} are answered: no functions, operators, ranges or offsets`,
    );
  if (text.length > longest) throw refuse(longest, `at most ${longest} characters`);
  let at = 0;
  const token = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at += found[0].length;
    return found[0];
  };
  const space = () => token(/\s*/y);

  const matchers: Matcher[] = [];
  space();
  const name = token(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
  if (name !== undefined) matchers.push(matcher('__name__', '=', name, refuse, at));
  space();
  if (token(/\{/y) !== undefined) {
    for (;;) {
      space();
      if (token(/\}/y) !== undefined) break;
      const label = token(/[a-zA-Z_][a-zA-Z0-9_]*/y);
      if (label === undefined) throw refuse(at, 'a label or "}"');
      space();
      const op = token(/=~|!~|!=|=/y) as Matcher['op'] | undefined;
      if (op === undefined) throw refuse(at, '=, !=, =~ or !~');
      space();
      const quoted = token(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y);
      if (quoted === undefined) throw refuse(at, 'a quoted value');
      matchers.push(matcher(label, op, unquoted(quoted), refuse, at));
      space();
      if (token(/,/y) === undefined && text[at] !== '}') throw refuse(at, '"," or "}"');
    }
    space();
  } else if (name === undefined) throw refuse(at, 'the name of a metric or "{"');
  if (at < text.length) throw refuse(at, 'the end');
  if (matchers.every(({ matches }) => matches('')))
    throw new PrometheusError(
      'bad_data',
      'a selector must have at least one matcher that does not match the empty text',
    );
  return matchers;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
const unquoted = (text: string) =>
  text.startsWith('`')
    ? text.slice(1, -1)
    : text.slice(1, -1).replaceAll(/\\(.)/g, (_, c: string) => escapes[c] ?? c);

function matcher(
  label: string,
  op: Matcher['op'],
  value: string,
  refuse: (at: number, expected: string) => PrometheusError,
  at: number,
): Matcher {
  if (op === '=' || op === '!=')
    return { label, op, value, matches: (given) => (given === value) === (op === '=') };
  // JavaScript's expressions backtrack: what could take for ever is refused, not tried.
  if (value.length > longestPattern || /\)[*+{?]|[*+}][*+{]|\(\?|\\[1-9k]/.test(value))
    throw refuse(
      at,
      `an expression of at most ${longestPattern} characters without repeated groups, look-around and back references`,
    );
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${value})$`, 'u');
  } catch {
    throw refuse(at, `a regular expression, got ${value}`);
  }
  return { label, op, value, matches: (given) => pattern.test(given) === (op === '=~') };
}
