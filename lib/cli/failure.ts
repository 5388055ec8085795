/**
 * An end of a command that a person can mend: its message says what, what was got, what was expected and how to mend
 * it, and is printed without a stack. Exit code 2: what was asked for cannot be read; 1: it was tried and failed.
 */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
