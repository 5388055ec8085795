/**
 * Variables of one flow. A branch or an inline iteration reads those of the flows around it and assigns only its
 * own; they end with it. A child of a Distributed Map starts with none.
 */
export class Scope {
  readonly #outer: Scope | undefined;
  #variables: Record<string, unknown> = {};

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  /** All variables within reach, by name. */
  all(): Record<string, unknown> {
    return { ...this.#outer?.all(), ...this.#variables };
  }

  assign(values: Record<string, unknown>): void {
    this.#variables = { ...this.#variables, ...values };
  }
}
