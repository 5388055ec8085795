import { randomUUID } from 'node:crypto';
import {
  type Clock,
  type ExecutionEvent,
  type Integrations,
  loadStateMachine,
  runStateMachine,
  type StateMachine,
} from '../states/index.ts';
import type { Ending, Execution, ExecutionStore } from './store.ts';

/** A state machine as its template declares it. */
export interface MachineDefinition {
  stack: string;
  name: string;
  arn: string;
  roleArn: string;
  /** The States Language, as JSON or already read. */
  definition: unknown;
}

/** An error of the Step Functions API, by the name that the SDK throws. */
export class StatesApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Bytes of an execution's input. */
const inputLimit = 262_144;

interface Running {
  stop: AbortController;
  /** What whoever stopped it says of the end. */
  ending?: Ending;
  ended: Promise<void>;
}

interface Machine extends MachineDefinition {
  loaded: StateMachine;
}

/** Starts, watches and stops standard executions; each is on disk before its first state runs. */
export class Executions {
  readonly #machines = new Map<string, Machine>();
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<(event: ExecutionEvent, execution: string) => void>();
  readonly #store: ExecutionStore;
  readonly #integrations: (machine: MachineDefinition) => Integrations;
  readonly #clock: Clock;

  /** @throws DefinitionError for a machine with a field, resource or expression that is not implemented */
  constructor(options: {
    machines: MachineDefinition[];
    store: ExecutionStore;
    integrations: (machine: MachineDefinition) => Integrations;
    clock: Clock;
  }) {
    this.#store = options.store;
    this.#integrations = options.integrations;
    this.#clock = options.clock;
    for (const machine of options.machines)
      this.#machines.set(machine.arn, { ...machine, loaded: load(machine) });
  }

  /**
   * Starts an execution. The same name with the same input while that one runs is that one.
   *
   * @param input JSON
   * @throws StatesApiError as StartExecution: StateMachineDoesNotExist, InvalidName, InvalidExecutionInput,
   *   ExecutionAlreadyExists
   * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
   */
  start(machineArn: string, input = '{}', name: string = randomUUID()): Execution {
    const machine = this.#find(machineArn);
    if (!validName(name)) throw new StatesApiError('InvalidName', `Invalid Name: '${name}'`);
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.#store.get(arn);
    if (existing !== undefined) {
      if (existing.status === 'RUNNING' && existing.input === input) return existing;
      throw new StatesApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const parsed = parseInput(input);
    const started = this.#clock.now();
    this.#store.insert({ arn, machine: machine.arn, name, input, started });
    const running: Running = { stop: new AbortController(), ended: Promise.resolve() };
    this.#running.set(arn, running);
    running.ended = this.#run(machine, arn, name, parsed, started, running);
    return this.#store.get(arn)!;
  }

  /** Ends an execution as ABORTED; one that has ended stays as it is. */
  async stop(arn: string, error: string | null, cause: string | null): Promise<Execution> {
    this.get(arn);
    const running = this.#running.get(arn);
    if (running !== undefined) {
      running.ending = { status: 'ABORTED', output: null, error, cause };
      running.stop.abort();
      await running.ended;
    }
    return this.get(arn);
  }

  get(arn: string): Execution {
    const execution = this.#store.get(arn);
    if (execution === undefined)
      throw new StatesApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  machine(arn: string): MachineDefinition {
    return this.#find(arn);
  }

  #find(arn: string): Machine {
    const machine = this.#machines.get(arn);
    if (machine === undefined)
      throw new StatesApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  machines(): MachineDefinition[] {
    return [...this.#machines.values()];
  }

  /** The newest first. */
  list(machine: string, status: string | undefined, offset: number, count: number): Execution[] {
    return this.#store.list(this.machine(machine).arn, status, offset, count);
  }

  events(arn: string): ExecutionEvent[] {
    return this.#store.events(arn);
  }

  /** Waits until an execution has ended (at once when it has). */
  async ended(arn: string): Promise<Execution> {
    await this.#running.get(arn)?.ended;
    return this.get(arn);
  }

  /** @returns what ends the listening */
  onEvent(listener: (event: ExecutionEvent, execution: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Aborts what runs, and says so. */
  async close(): Promise<void> {
    const cause = 'The laptop cloud was closed in the middle of this execution.';
    await Promise.all([...this.#running.keys()].map((arn) => this.stop(arn, 'LaptopCloud.Stopped', cause)));
  }

  async #run(
    machine: Machine,
    arn: string,
    name: string,
    input: unknown,
    started: number,
    running: Running,
  ): Promise<void> {
    const ending = await this.#interpret(machine, arn, name, input, started, running.stop.signal);
    this.#store.finish(
      arn,
      this.#clock.now(),
      ending.status === 'ABORTED' ? (running.ending ?? ending) : ending,
    );
    this.#running.delete(arn);
  }

  async #interpret(
    machine: Machine,
    arn: string,
    name: string,
    input: unknown,
    started: number,
    signal: AbortSignal,
  ): Promise<Ending> {
    try {
      const result = await runStateMachine(machine.loaded, {
        input,
        execution: { id: arn, name, startTime: new Date(started).toISOString(), roleArn: machine.roleArn },
        stateMachine: { id: machine.arn, name: machine.name },
        integrations: this.#integrations(machine),
        clock: this.#clock,
        signal,
        onEvent: (event) => this.#tell(event, arn),
      });
      return {
        status: result.status,
        output: 'output' in result ? JSON.stringify(result.output) : null,
        error: ('error' in result ? result.error : undefined) ?? null,
        cause: ('cause' in result ? result.cause : undefined) ?? null,
      };
    } catch (defect) {
      const cause = `The interpreter failed: ${(defect as Error).stack ?? String(defect)}`;
      return { status: 'FAILED', output: null, error: 'States.Runtime', cause };
    }
  }

  /** A task that goes on after its execution was stopped has no more say. */
  #tell(event: ExecutionEvent, arn: string): void {
    if (!this.#running.has(arn)) return;
    if (event.type !== 'MapRunProgress') this.#store.addEvent(arn, event);
    for (const listener of this.#listeners) listener(event, arn);
  }
}

function load(machine: MachineDefinition): StateMachine {
  try {
    return loadStateMachine(machine.definition);
  } catch (error) {
    throw new Error(`State machine ${machine.name} of stack ${machine.stack}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function parseInput(input: string): unknown {
  if (Buffer.byteLength(input) > inputLimit)
    throw new StatesApiError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: input is over ${inputLimit} bytes`,
    );
  try {
    return JSON.parse(input);
  } catch (error) {
    throw new StatesApiError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
    );
  }
}

/** 1–80 characters without white space, brackets, wildcards, control characters, and what URLs and shells take for theirs. */
const validName = (name: string): boolean =>
  name.length >= 1 && name.length <= 80 && !/[\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]/u.test(name);
