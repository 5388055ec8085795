import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Answer, FunctionError, Task } from './runtime.ts';
import { Slots } from './slots.ts';

/** A function as its template declares it. */
export interface FunctionDefinition {
  stack: string;
  name: string;
  arn: string;
  /** `file.member`. */
  handler: string;
  /** Where its code lies. */
  directory: string;
  /** Where its compiled code is kept from boot to boot. */
  compiled: string;
  /** MB. */
  memorySize: number;
  /** Seconds. */
  timeout: number;
  environment: Record<string, string>;
  /** Most invocations at a time; undefined: as many as the laptop runs. */
  reservedConcurrency: number | undefined;
  logFile: string;
}

/** What tests make of an invocation: the handler throws, its answer comes too late, or its process dies. */
export type FunctionFault = 'throw' | 'timeout' | 'crash';
/** Asked before each invocation; `attempt` counts the function's invocations since boot, from 1. */
export type FunctionInterceptor = (
  name: string,
  attempt: number,
  payload: unknown,
) => FunctionFault | undefined;

export interface InvokeOptions {
  /** Somebody waits in front of a screen: served before those who do not. */
  ahead?: boolean;
  /** Ends the wait for a free worker. A handler that has begun goes on to its end, as on Lambda. */
  signal?: AbortSignal;
}

/** The handler's answer, or its error as Lambda reports it. `status` is that of Lambda's Invoke. */
export type InvokeResult = { status: 200; payload: unknown } | { status: 200 | 413; error: FunctionError };

/** Bytes of a synchronous request, and of its answer. */
const requestLimit = 6 * 1024 * 1024;
const responseLimit = requestLimit + 100;
/** Milliseconds that a module may take to load before its handler's time begins to count. */
const initTimeout = 10_000;

/**
 * One function with its worker threads. A worker keeps its module between invocations, and is thrown away after a
 * timeout, a crash or an exhausted heap.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export class LocalFunction {
  readonly definition: FunctionDefinition;
  readonly #pool: Piscina<Task, Answer>;
  readonly #own: Slots;
  readonly #shared: Slots;
  readonly #intercept: FunctionInterceptor;
  readonly #closed = new AbortController();
  #attempts = 0;

  /** @param shared the places of all functions together; @param threads how many there are */
  constructor(
    definition: FunctionDefinition,
    shared: Slots,
    threads: number,
    intercept: FunctionInterceptor = () => undefined,
  ) {
    const most = Math.min(definition.reservedConcurrency ?? threads, threads);
    this.definition = definition;
    this.#shared = shared;
    this.#own = new Slots(most);
    this.#intercept = intercept;
    this.#pool = new Piscina<Task, Answer>({
      // Beside this file in the sources, and beside the bundle in a package.
      filename: fileURLToPath(new URL(`./runtime${extname(import.meta.url)}`, import.meta.url)),
      minThreads: 0,
      maxThreads: Math.max(1, most),
      idleTimeout: 60_000,
      env: definition.environment,
      resourceLimits: { maxOldGenerationSizeMb: definition.memorySize },
    });
    // A worker that dies between two invocations (a stray timer that throws) is replaced by the next one.
    this.#pool.on('error', (error) => this.#log(`an idle worker died: ${String(error)}`));
  }

  /** Invokes the function and waits for its answer; a failure of the function is a result, not an exception. */
  async invoke(payload: unknown, { ahead = false, signal }: InvokeOptions = {}): Promise<InvokeResult> {
    const text = JSON.stringify(payload ?? {});
    if (Buffer.byteLength(text) > requestLimit)
      return refused(
        413,
        'RequestEntityTooLargeException',
        `Request must be smaller than ${requestLimit} bytes for the InvokeFunction operation`,
      );
    if (this.definition.reservedConcurrency === 0)
      return refused(200, 'TooManyRequestsException', 'Rate Exceeded.');
    const patience =
      signal === undefined ? this.#closed.signal : AbortSignal.any([signal, this.#closed.signal]);
    const leaveOwn = await this.#own.take(ahead, patience);
    try {
      const leaveShared = await this.#shared.take(ahead, patience);
      try {
        return await this.#run(text, payload);
      } finally {
        leaveShared();
      }
    } finally {
      leaveOwn();
    }
  }

  /** Ends all workers, whatever they are doing, and turns away who waits for one. */
  async close(): Promise<void> {
    this.#closed.abort(new Error(`The laptop cloud closed before ${this.definition.name} could run.`));
    await this.#pool.destroy();
  }

  async #run(text: string, payload: unknown): Promise<InvokeResult> {
    const requestId = randomUUID();
    const { name, timeout } = this.definition;
    this.#attempts += 1;
    const fault = this.#intercept(name, this.#attempts, payload);
    if (fault === 'throw')
      return refused(200, 'InjectedFault', `A test made invocation ${this.#attempts} of ${name} fail`);
    const begin = performance.now();
    this.#log(`START RequestId: ${requestId}`);
    let answer = await this.#work(requestId, text, fault === 'crash');
    if (fault === 'timeout') answer = timedOut(requestId, timeout);
    const duration = performance.now() - begin;
    this.#log(
      `REPORT RequestId: ${requestId} Duration: ${duration.toFixed(2)} ms${'error' in answer ? ` Error: ${answer.error.errorType}: ${answer.error.errorMessage}` : ''}`,
    );
    if ('error' in answer) return { status: 200, error: answer.error };
    if (Buffer.byteLength(answer.payload) > responseLimit)
      return refused(
        200,
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`,
      );
    return { status: 200, payload: JSON.parse(answer.payload) };
  }

  async #work(requestId: string, payload: string, crash: boolean): Promise<Answer> {
    const { name, arn, directory, compiled, handler, memorySize, timeout, environment, logFile } =
      this.definition;
    const late = new AbortController();
    const { port1, port2 } = new MessageChannel();
    let failedToLoad: FunctionError | undefined;
    let timer = setTimeout(() => late.abort(), initTimeout + timeout * 1000);
    port1.on('message', (message: { failed?: FunctionError }) => {
      failedToLoad = message.failed;
      clearTimeout(timer);
      timer = setTimeout(() => late.abort(), timeout * 1000);
    });
    try {
      return await this.#pool.run(
        {
          directory,
          compiled,
          handler,
          logFile,
          payload,
          crash,
          timeout: timeout * 1000,
          context: {
            functionName: name,
            functionVersion: '$LATEST',
            invokedFunctionArn: arn,
            memoryLimitInMB: String(memorySize),
            awsRequestId: requestId,
            logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
            logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
          },
          started: port2,
        },
        { transferList: [port2], signal: late.signal },
      );
    } catch (error) {
      if (late.signal.aborted) return timedOut(requestId, timeout);
      // A worker's end may be heard before what it said last.
      const last = receiveMessageOnPort(port1)?.message as { failed?: FunctionError } | undefined;
      return { error: failedToLoad ?? last?.failed ?? death(requestId, memorySize, error) };
    } finally {
      clearTimeout(timer);
      port1.close();
    }
  }

  #log(line: string): void {
    appendFileSync(this.definition.logFile, `${new Date().toISOString()} ${line}\n`);
  }
}

const refused = (status: 200 | 413, errorType: string, errorMessage: string): InvokeResult => ({
  status,
  error: { errorType, errorMessage },
});

const timedOut = (requestId: string, seconds: number): { error: FunctionError } => ({
  error: {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  },
});

/** What Lambda says of a process that ended in the middle of an invocation. */
function death(requestId: string, memorySize: number, error: unknown): FunctionError {
  const { code, message, name, stack } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed (its heap outgrew the ${memorySize} MB of MemorySize)`,
    };
  if (/worker exited with code/.test(message))
    return {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${message.replace('worker exited with code:', 'exit status')}`,
    };
  return {
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: `${name}: ${message}`,
    trace: (stack ?? '').split('\n'),
  };
}
