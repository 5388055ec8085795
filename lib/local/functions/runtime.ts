import { existsSync, openSync, writeSync } from 'node:fs';
import { createRequire, enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { MessagePort } from 'node:worker_threads';

/** One invocation, as the pool hands it to a worker. */
export interface Task {
  directory: string;
  /** Folder in which V8's bytecode is kept, so that the next boot need not compile. */
  compiled: string;
  handler: string;
  logFile: string;
  /** The event, as JSON. */
  payload: string;
  /** Milliseconds that the handler has, from its start. */
  timeout: number;
  context: {
    functionName: string;
    functionVersion: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    awsRequestId: string;
    logGroupName: string;
    logStreamName: string;
  };
  /** Hears `started` when the module is loaded (Lambda's timeout counts from there), or why it could not be. */
  started: MessagePort;
  /** Ends the worker before the handler begins, as a crashed process would. */
  crash: boolean;
}

/** An error as Lambda reports it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** The handler's answer as JSON, or its error. */
export type Answer = { payload: string } | { error: FunctionError };

type Handler = (event: unknown, context: unknown) => unknown;

let handler: Handler | undefined;
let output: number | undefined;
let compiledIsKept = false;

/**
 * What runs in a worker thread: loads the function's module once, keeps it as Lambda keeps a warm environment,
 * and calls its handler for each task. A module that cannot be loaded ends the worker, so the next one starts afresh.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export default async function run(task: Task): Promise<Answer> {
  if (output === undefined) redirectOutput(task.logFile);
  if (task.crash) process.exit(1);
  if (handler === undefined) {
    enableCompileCache(task.compiled);
    try {
      handler = await loadHandler(task.directory, task.handler);
    } catch (error) {
      task.started.postMessage({ failed: describe(error) });
      process.exit(1);
    }
  }
  task.started.postMessage({ started: true });
  const deadline = Date.now() + task.timeout;
  try {
    const result = await handler(JSON.parse(task.payload), {
      ...task.context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    return { payload: stringify(result) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return { error: describe(error) };
  } finally {
    task.started.close();
    // Only now, and once: V8 compiles what is called, so there is more to keep than after loading.
    if (!compiledIsKept) setImmediate(flushCompileCache);
    compiledIsKept = true;
  }
}

/** A worker's streams end in the process's own otherwise, between the lines of whoever runs the cloud. */
function redirectOutput(logFile: string): void {
  const descriptor = openSync(logFile, 'a');
  output = descriptor;
  const write = (chunk: string | Uint8Array, encoding?: unknown, written?: unknown): boolean => {
    writeSync(descriptor, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    const callback = typeof encoding === 'function' ? encoding : written;
    if (typeof callback === 'function') callback();
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
}

/** `dir/file.member`: the member `member` of `dir/file.mjs`, `.js` or `.cjs`. */
async function loadHandler(directory: string, name: string): Promise<Handler> {
  const slash = name.lastIndexOf('/') + 1;
  const [file = '', ...members] = name.slice(slash).split('.');
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(directory, name.slice(0, slash), file + extension))
    .find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${name.slice(0, slash)}${file}'`);
  let found: unknown = path.endsWith('.mjs')
    ? await import(pathToFileURL(path).href)
    : createRequire(path)(path);
  for (const member of members) found = (found as Record<string, unknown> | undefined)?.[member];
  if (typeof found !== 'function')
    throw failure('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (found.length > 2)
    throw failure(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use an async handler.',
    );
  return found as Handler;
}

function failure(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result ?? null) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

function describe(error: unknown): FunctionError {
  if (types.isNativeError(error) || error instanceof Error) {
    const code = (error as NodeJS.ErrnoException).code;
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    return {
      errorType: missing ? 'Runtime.ImportModuleError' : error.name,
      errorMessage: missing ? `Error: ${error.message}` : error.message,
      trace: (error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
