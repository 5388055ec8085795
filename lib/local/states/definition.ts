import type { Template } from './template.ts';

/** A number given as such, or by a JSONata expression that must give one within `[min, max]`. */
export interface NumberSetting {
  template: Template;
  min: number;
  max: number;
}

export interface Retrier {
  errorEquals: string[];
  intervalSeconds: number;
  maxAttempts: number;
  backoffRate: number;
  maxDelaySeconds: number;
  jitter: 'FULL' | 'NONE';
}

/** What a transition does besides going on: new variables and another output. */
export interface Outcome {
  assign?: Template | undefined;
  output?: Template | undefined;
}

export interface Catcher extends Outcome {
  errorEquals: string[];
  next: string;
}

/** States that start at `startAt`: the machine itself, a branch, or the processor of a Map. */
export interface Flow {
  startAt: string;
  states: ReadonlyMap<string, State>;
}

interface Named extends Outcome {
  name: string;
}

/** States that go on to another or end the flow (`next` undefined). */
interface Going extends Named {
  next: string | undefined;
}

interface Failing {
  retry: Retrier[];
  catch: Catcher[];
}

export interface TaskState extends Going, Failing {
  type: 'Task';
  /** `invoke`: `states:::lambda:invoke`, the answer comes in an envelope; else the ARN of the function. */
  resource: { kind: 'invoke' } | { kind: 'function'; arn: string };
  arguments: Template | undefined;
  timeoutSeconds: NumberSetting | undefined;
  heartbeatSeconds: NumberSetting | undefined;
}

export interface PassState extends Going {
  type: 'Pass';
}

export interface WaitState extends Going {
  type: 'Wait';
  seconds: NumberSetting | undefined;
  timestamp: Template | undefined;
}

export interface SucceedState extends Named {
  type: 'Succeed';
}

export interface FailState extends Named {
  type: 'Fail';
  error: Template | undefined;
  cause: Template | undefined;
}

export interface ChoiceState extends Named {
  type: 'Choice';
  choices: (Outcome & { condition: Template; next: string })[];
  default: string | undefined;
}

export interface ParallelState extends Going, Failing {
  type: 'Parallel';
  arguments: Template | undefined;
  branches: Flow[];
}

export interface ItemReader {
  action: 'getObject' | 'listObjectsV2';
  arguments: Template;
  inputType: 'JSON' | 'JSONL' | 'CSV' | undefined;
  /** Column names; undefined: the first row has them. */
  csvHeaders: string[] | undefined;
  csvDelimiter: string;
  maxItems: NumberSetting | undefined;
}

export interface ItemBatcher {
  maxItems: NumberSetting | undefined;
  maxInputBytes: NumberSetting | undefined;
  batchInput: Template | undefined;
}

export interface ResultWriter {
  /** Bucket and Prefix; undefined: the results are formatted into the state's result. */
  arguments: Template | undefined;
  transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
  outputType: 'JSON' | 'JSONL';
}

/** What only a Map in mode DISTRIBUTED has. */
export interface Distribution {
  executionType: 'STANDARD' | 'EXPRESS';
  label: string;
  reader: ItemReader | undefined;
  batcher: ItemBatcher | undefined;
  writer: ResultWriter | undefined;
  toleratedFailureCount: NumberSetting | undefined;
  toleratedFailurePercentage: NumberSetting | undefined;
}

export interface MapState extends Going, Failing {
  type: 'Map';
  items: Template | undefined;
  itemSelector: Template | undefined;
  maxConcurrency: NumberSetting | undefined;
  processor: Flow;
  distribution: Distribution | undefined;
}

export type State =
  | TaskState
  | PassState
  | WaitState
  | SucceedState
  | FailState
  | ChoiceState
  | ParallelState
  | MapState;

/** A definition that was checked and compiled by `loadStateMachine`. */
export interface StateMachine extends Flow {
  timeoutSeconds: number | undefined;
}
