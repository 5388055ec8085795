import { type FunctionDefinition, type FunctionInterceptor, LocalFunction } from './function.ts';
import { Slots } from './slots.ts';

/** All functions of a cloud, which share its worker threads. */
export class Functions {
  readonly #functions: LocalFunction[];

  /**
   * @param concurrency invocations at a time, of all functions together; one more is kept for callers `ahead`, so
   *   that a page is served while a long run has all the others
   */
  constructor(definitions: FunctionDefinition[], concurrency: number, intercept?: FunctionInterceptor) {
    const slots = new Slots(concurrency, 1);
    this.#functions = definitions.map(
      (definition) => new LocalFunction(definition, slots, concurrency + 1, intercept),
    );
  }

  /**
   * Finds a function by its ARN, by its name, or by either with a version or alias behind a colon.
   *
   * @param region narrows a bare name; an ARN has its own
   */
  find(nameOrArn: string, region?: string): LocalFunction | undefined {
    return this.#functions.find(({ definition: { name, arn } }) =>
      nameOrArn.startsWith('arn:')
        ? nameOrArn === arn || nameOrArn.startsWith(`${arn}:`)
        : nameOrArn.split(':')[0] === name && (region === undefined || arn.split(':')[3] === region),
    );
  }

  list(): FunctionDefinition[] {
    return this.#functions.map(({ definition }) => definition);
  }

  async close(): Promise<void> {
    await Promise.all(this.#functions.map((each) => each.close()));
  }
}
