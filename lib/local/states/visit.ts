import type { Clock } from './clock.ts';
import type { Flow, NumberSetting, State } from './definition.ts';
import { TaskFailure } from './errors.ts';
import type { ExecutionEvent, History } from './history.ts';
import type { Integrations } from './integrations.ts';
import type { Scope } from './scope.ts';
import { evaluate, type Template } from './template.ts';

/** Who the execution is: `$states.context.Execution` and `$states.context.StateMachine`. */
export interface Identity {
  /** `startTime` is ISO 8601; `roleArn` is empty when there is no role. */
  execution: { id: string; name: string; startTime: string; input: unknown; roleArn: string };
  stateMachine: { id: string; name: string };
}

/** What all states of one execution share. */
export interface Surroundings {
  identity: Identity;
  history: History;
  integrations: Integrations;
  clock: Clock;
  random: () => number;
  /** Runs a flow to its end: given here since states run flows, which run states. */
  runFlow: (flow: Flow, input: unknown, frame: Frame) => Promise<unknown>;
  /** Who hears of events: the children of a Map Run tell it too. */
  listen: ((event: ExecutionEvent) => void) | undefined;
}

/** `$states.context.Map.Item`. */
export interface MapItem {
  Index: number;
  Value: unknown;
}

/** Where a flow runs: its variables, the item it is for, and the signal that ends it. */
export interface Frame {
  surroundings: Surroundings;
  scope: Scope;
  mapItem: MapItem | undefined;
  signal: AbortSignal;
}

/** Members of `$states` besides input and context. */
export interface Extras {
  result?: unknown;
  errorOutput?: unknown;
}

/** One stay in a state, from entering it to leaving it, retries included. */
export class Visit {
  readonly state: State;
  readonly input: unknown;
  readonly frame: Frame;
  retryCount = 0;
  readonly #enteredTime: string;
  readonly #enteredId: number;

  constructor(state: State, input: unknown, frame: Frame) {
    this.state = state;
    this.input = input;
    this.frame = frame;
    const { history, clock } = frame.surroundings;
    this.#enteredTime = new Date(clock.now()).toISOString();
    this.#enteredId = history.record('StateEntered', { state: state.name, stateType: state.type, input });
  }

  get history(): History {
    return this.frame.surroundings.history;
  }

  /** The value of a template here; failures name the state. `item` is the item that an ItemSelector looks at. */
  async evaluate(template: Template, extras: Extras = {}, item = this.frame.mapItem): Promise<unknown> {
    const states = { input: this.input, context: this.#context(item), ...extras };
    return evaluate(template, { ...this.frame.scope.all(), states }).catch((failure: unknown) => {
      if (!(failure instanceof TaskFailure)) throw failure;
      throw this.failure(failure.error, failure.cause);
    });
  }

  async optional(template: Template | undefined, extras?: Extras): Promise<unknown> {
    return template === undefined ? undefined : this.evaluate(template, extras);
  }

  /** @throws TaskFailure States.QueryEvaluationError when it is no integer within its bounds */
  async number(setting: NumberSetting | undefined, field: string): Promise<number | undefined> {
    if (setting === undefined) return undefined;
    const value = await this.evaluate(setting.template);
    if (Number.isInteger(value) && (value as number) >= setting.min && (value as number) <= setting.max)
      return value as number;
    throw this.unexpected(field, `integer from ${setting.min} to ${setting.max}`, value, setting.template);
  }

  /** @throws TaskFailure States.QueryEvaluationError when it is no string */
  async text(template: Template | undefined, field: string): Promise<string | undefined> {
    if (template === undefined) return undefined;
    const value = await this.evaluate(template);
    if (typeof value === 'string') return value;
    throw this.unexpected(field, 'string', value, template);
  }

  /** @param template where the value comes from, when an expression may have given it */
  unexpected(field: string, expected: string, value: unknown, template?: Template): TaskFailure {
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const got = `Expected '${expected}', but was '${type}' for value: ${JSON.stringify(value).slice(0, 200)}`;
    const source = template?.kind === 'expression' ? `JSONata expression '${template.source}'` : 'value';
    return this.failure(
      'States.QueryEvaluationError',
      `The ${source} specified for the field '${field}' returned an unexpected result type. ${got}`,
    );
  }

  /** A failure whose cause tells where it happened, in AWS's words. */
  failure(error: string | undefined, cause: string | undefined): TaskFailure {
    const where = `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.#enteredId}).`;
    return new TaskFailure(error, `${where} ${cause ?? ''}`.trim());
  }

  #context(item: MapItem | undefined): Record<string, unknown> {
    const { execution, stateMachine } = this.frame.surroundings.identity;
    return {
      Execution: {
        Id: execution.id,
        Input: execution.input,
        Name: execution.name,
        RedriveCount: 0,
        RoleArn: execution.roleArn,
        StartTime: execution.startTime,
      },
      StateMachine: { Id: stateMachine.id, Name: stateMachine.name },
      State: { EnteredTime: this.#enteredTime, Name: this.state.name, RetryCount: this.retryCount },
      ...(item && { Map: { Item: item } }),
    };
  }
}
