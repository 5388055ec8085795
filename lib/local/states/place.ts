import type { Reach } from './ast.ts';
import type { NumberSetting } from './definition.ts';
import type { Problem } from './errors.ts';
import { compileTemplate, type Template } from './template.ts';

/** JSONPath's fields, which a JSONata machine may not have: refused with what replaces them. */
const jsonPathFields: Record<string, string> = {
  InputPath: 'use Arguments or Output',
  OutputPath: 'use Output',
  ResultPath: 'use Output or Assign',
  Parameters: 'use Arguments (in a Map: ItemSelector)',
  ResultSelector: 'use Output',
  Result: 'use Output',
  ItemsPath: 'use Items',
  Iterator: 'use ItemProcessor',
};

const describe = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));

/** A place in the definition: reads it strictly and collects what is wrong, with its path. */
export class Place {
  readonly value: unknown;
  readonly path: string;
  readonly #problems: Problem[];

  constructor(value: unknown, path: string, problems: Problem[]) {
    this.value = value;
    this.path = path;
    this.#problems = problems;
  }

  refuse(message: string, path = this.path): void {
    if (!this.#problems.some((known) => known.path === path && known.message === message))
      this.#problems.push({ path, message });
  }

  get present(): boolean {
    return this.value !== undefined;
  }

  /** A member of this object; absent (with `value` undefined) when there is none. */
  at(key: string | number): Place {
    const plain = typeof key === 'string' && /^\w+$/.test(key);
    const path = plain ? `${this.path}.${key}` : `${this.path}[${JSON.stringify(key)}]`;
    const own = typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
    return new Place(
      own ? (this.value as Record<string | number, unknown>)[key] : undefined,
      path,
      this.#problems,
    );
  }

  isObject(): boolean {
    if (typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)) return true;
    this.refuse(`expected an object, got ${describe(this.value)}`);
    return false;
  }

  /** Refuses, by name, every member that is not in `allowed`. False when this is no object at all. */
  object(allowed: readonly string[]): boolean {
    if (!this.isObject()) return false;
    for (const [key] of this.members()) {
      if (allowed.includes(key)) continue;
      const jsonPath = key in jsonPathFields || /Path$/.test(key);
      this.at(key).refuse(
        jsonPath
          ? `${key} is a field of JSONPath; this interpreter runs JSONata only: ${jsonPathFields[key] ?? 'use an expression {% … %} in the field without Path'}`
          : `the field ${key} is not implemented here; allowed: ${allowed.join(', ')}`,
      );
    }
    return true;
  }

  /** The members of this object, whatever their names. */
  members(): [string, Place][] {
    if (!this.isObject()) return [];
    return Object.keys(this.value as object).map((key) => [key, this.at(key)]);
  }

  items(): Place[] {
    if (!Array.isArray(this.value)) {
      this.refuse(`expected an array, got ${describe(this.value)}`);
      return [];
    }
    return this.value.map((_, index) => this.at(index));
  }

  nonEmptyItems(): Place[] {
    const items = this.items();
    if (Array.isArray(this.value) && items.length === 0) this.refuse('must not be empty');
    return items;
  }

  string(): string {
    if (typeof this.value === 'string') return this.value;
    this.refuse(`expected a string, got ${describe(this.value)}`);
    return '';
  }

  oneOf<T extends string>(values: readonly T[], otherwise: T): T {
    if (values.includes(this.value as T)) return this.value as T;
    this.refuse(`${describe(this.value)} is not implemented here; expected one of ${values.join(', ')}`);
    return otherwise;
  }

  /** A literal number in `[min, max]`; `fallback` when absent. */
  number(fallback: number, min: number, max: number, whole = true): number {
    if (!this.present) return fallback;
    if (typeof this.value === 'number' && this.value >= min && this.value <= max) {
      if (!whole || Number.isInteger(this.value)) return this.value;
    }
    this.refuse(
      `expected ${whole ? 'an integer' : 'a number'} from ${min} to ${max}, got ${describe(this.value)}`,
    );
    return fallback;
  }

  template(field: string, reach: Reach): Template {
    return compileTemplate(this.value, field, this.path, reach, (path, message) =>
      this.refuse(message, path),
    );
  }

  optional(field: string, reach: Reach): Template | undefined {
    return this.present ? this.template(field, reach) : undefined;
  }

  /** A string, or an expression that must give one. */
  text(field: string, reach: Reach): Template | undefined {
    if (!this.present) return undefined;
    this.string();
    return this.template(field, reach);
  }

  isExpression(): boolean {
    return typeof this.value === 'string' && this.value.startsWith('{%');
  }

  /** An integer in `[min, max]`, or an expression that must give one. */
  setting(field: string, reach: Reach, min: number, max: number): NumberSetting | undefined {
    if (!this.present) return undefined;
    if (!this.isExpression()) this.number(0, min, max);
    return { template: this.template(field, reach), min, max };
  }
}
