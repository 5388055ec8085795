/** One thing wrong with a definition: where (a JSON path such as `$.States.Plan.Retry[0]`) and what. */
export interface Problem {
  path: string;
  message: string;
}

/** The definition was refused at load; `problems` lists everything that is wrong with it. */
export class DefinitionError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    super(`The state machine was refused, ${problems.length} problem(s):\n${lines.join('\n')}`);
    this.name = 'DefinitionError';
    this.problems = problems;
  }
}

/**
 * A failure in the words of the States Language: an error name and a cause, both as a `Catch` sees them.
 * Integrations throw it to fail a task; every failing state throws it too.
 */
export class TaskFailure extends Error {
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(error: string | undefined, cause?: string) {
    super(`${error ?? 'failed'}${cause === undefined ? '' : `: ${cause}`}`);
    this.name = 'TaskFailure';
    this.error = error;
    this.cause = cause;
  }
}

/** Why an execution's signal was aborted: decides between ABORTED, TIMED_OUT and a sibling's failure. */
export class Interruption extends Error {
  readonly reason: 'aborted' | 'timed out' | 'sibling failed';

  constructor(reason: Interruption['reason']) {
    super(`The execution was interrupted: ${reason}`);
    this.name = 'Interruption';
    this.reason = reason;
  }
}
