import { validation } from './errors.ts';
import { isReserved } from './reserved-words.ts';

export interface Token {
  kind: 'name' | 'placeholder' | 'value' | 'index' | 'sign' | 'end';
  text: string;
  at: number;
}

const pattern =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>(),.[\]+-]))/y;
const kinds = ['name', 'placeholder', 'value', 'index', 'sign'] as const;

/** Names and values that expressions stand for, and which of them have been used. */
export class Substitutes<Value> {
  readonly #names: Record<string, string>;
  readonly #values: Record<string, Value>;
  readonly #used = new Set<string>();

  constructor(names: Record<string, string> = {}, values: Record<string, Value> = {}) {
    this.#names = names;
    this.#values = values;
  }

  name(placeholder: string): string | undefined {
    this.#used.add(placeholder);
    return Object.hasOwn(this.#names, placeholder) ? this.#names[placeholder] : undefined;
  }

  value(placeholder: string): Value | undefined {
    this.#used.add(placeholder);
    return Object.hasOwn(this.#values, placeholder) ? this.#values[placeholder] : undefined;
  }

  /** @throws DynamoDbError ValidationException naming what no expression used */
  checkAllUsed(): void {
    for (const [what, given] of [
      ['Names', this.#names],
      ['Values', this.#values],
    ] as const) {
      const unused = Object.keys(given).filter((one) => !this.#used.has(one));
      if (unused.length > 0)
        throw validation(
          `Value provided in ExpressionAttribute${what} unused in expressions: keys: {${unused.join(', ')}}`,
        );
    }
  }
}

/** Reads an expression token by token; every error names the parameter that holds it. */
export class Tokens<Value> {
  readonly parameter: string;
  readonly substitutes: Substitutes<Value>;
  readonly #tokens: Token[] = [];
  #next = 0;

  constructor(parameter: string, expression: unknown, substitutes: Substitutes<Value>) {
    this.parameter = parameter;
    this.substitutes = substitutes;
    if (typeof expression !== 'string' || expression.trim() === '')
      throw this.error('The expression can not be empty;');
    pattern.lastIndex = 0;
    let at = 0;
    while (expression.slice(at).trim() !== '') {
      const match = pattern.exec(expression);
      if (match === null)
        throw this.error(
          `Syntax error; token: "${expression.slice(at).trim()[0]}", near: "${expression.slice(at, at + 12).trim()}"`,
        );
      at = pattern.lastIndex;
      const which = match.slice(1).findIndex((group) => group !== undefined);
      this.#tokens.push({ kind: kinds[which] as Token['kind'], text: match[which + 1] as string, at });
    }
    this.#checkParentheses();
  }

  /** `((…))` is an error on AWS, whatever is inside. */
  #checkParentheses(): void {
    const open: number[] = [];
    this.#tokens.forEach(({ text }, at) => {
      if (text === '(') open.push(at);
      if (text !== ')') return;
      const opening = open.pop() ?? -1;
      const doubled =
        opening > 0 && open.at(-1) === opening - 1 && this.#tokens[opening - 2]?.kind !== 'name';
      if (doubled && this.#tokens[at + 1]?.text === ')')
        throw this.error('The expression has redundant parentheses;');
    });
  }

  error(why: string): Error {
    return validation(`Invalid ${this.parameter}: ${why}`);
  }

  get peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '<EOF>', at: -1 };
  }

  /** Whether `text` comes `ahead` tokens later. */
  sees(text: string, ahead = 0): boolean {
    return this.#tokens[this.#next + ahead]?.text === text;
  }

  take(): Token {
    const token = this.peek;
    this.#next++;
    return token;
  }

  /** Takes a sign or keyword (in any case) if it is next. */
  accept(text: string): boolean {
    const { kind, text: found } = this.peek;
    const same = kind === 'name' ? found.toUpperCase() === text : kind === 'sign' && found === text;
    if (same) this.#next++;
    return same;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected();
  }

  unexpected(): Error {
    const near = this.#tokens.slice(Math.max(0, this.#next - 1), this.#next + 2).map((token) => token.text);
    return this.error(`Syntax error; token: "${this.peek.text}", near: "${near.join(' ')}"`);
  }

  /** A value's placeholder. */
  value(): Value {
    const { text } = this.take();
    const value = this.substitutes.value(text);
    if (value === undefined)
      throw this.error(
        `An expression attribute value used in expression is not defined; attribute value: ${text}`,
      );
    return value;
  }

  /** A document path: names and list positions. */
  path(): Path {
    const path: Path = [this.#attributeName()];
    for (;;) {
      if (this.accept('.')) path.push(this.#attributeName());
      else if (this.accept('[')) {
        if (this.peek.kind !== 'index') throw this.unexpected();
        path.push(Number(this.take().text));
        this.expect(']');
      } else return path;
    }
  }

  #attributeName(): string {
    const { kind, text } = this.peek;
    if (kind !== 'name' && kind !== 'placeholder') throw this.unexpected();
    this.take();
    if (kind === 'name') {
      if (isReserved(text))
        throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
      return text;
    }
    const name = this.substitutes.name(text);
    if (name === undefined)
      throw this.error(
        `An expression attribute name used in the document path is not defined; attribute name: ${text}`,
      );
    return name;
  }
}

/** Where an attribute lies: names of maps and positions in lists. */
export type Path = [string, ...(string | number)[]];

export const showPath = (path: Path) =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
