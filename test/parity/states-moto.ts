import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import jsonata from 'jsonata';

/** What an execution came to, as DescribeExecution tells of it. */
export interface Outcome {
  status: string;
  output?: unknown;
  error?: string;
  cause?: string;
}

/** Answers POSTed JSONata expressions with `{ value }` or `{ error }`. */
async function startEvaluator() {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const reply = await jsonata(Buffer.concat(chunks).toString())
      .evaluate(undefined)
      .then(
        (value) => ({ value: value ?? null }),
        (error: { code: string; message: string }) => ({ error: `${error.code}: ${error.message}` }),
      );
    response.end(JSON.stringify(reply));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Answers POSTed calls of functions as Lambda's Invoke does; what a script throws is the function's own error. */
async function startFunctions(script: Script) {
  const server = createServer(async (request, response) => {
    const { name, payload } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const reply = await Promise.resolve()
      .then(() => script(name, payload))
      .then(
        (answer) => ({ StatusCode: 200, Payload: answer }),
        ({ cause }) => ({ StatusCode: 200, FunctionError: 'Unhandled', Payload: JSON.parse(cause) }),
      );
    response.end(JSON.stringify(reply));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** A function's answer, by its name and payload. Throws a TaskFailure whose cause is `{ errorType, errorMessage }`. */
type Script = (functionName: string, payload: unknown) => unknown;

/** A port that is free now. moto calls itself (for functions) by the port of its command line, which so cannot be 0. */
async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return String(port);
}

/** moto puts an output that is a string bare, where AWS gives its JSON text. */
function parseOutput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Starts moto with an evaluator for JSONata (see states-moto.py), with Python of MOTO_PYTHON or of .venv.
 *
 * @param script answers in the place of all functions
 */
export async function startMoto(script?: Script) {
  const evaluator = await startEvaluator();
  const functions = script && (await startFunctions(script));
  const root = resolve(import.meta.dirname, '../..');
  const python = process.env.MOTO_PYTHON ?? resolve(root, '.venv/bin/python');
  const server = resolve(import.meta.dirname, 'states-moto.py');
  const child = spawn(python, [server, '-H', '127.0.0.1', '-p', await freePort()], {
    env: { ...process.env, JSONATA_URL: evaluator.url, ...(functions && { FUNCTIONS_URL: functions.url }) },
  });
  let log = '';
  const endpoint = await new Promise<string>((ready, failed) => {
    const hear = (chunk: Buffer) => {
      log += chunk.toString();
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (url) ready(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`moto stopped with ${code}:\n${log}`)));
  });
  const post = (path: string, body: unknown) =>
    fetch(`${endpoint}/moto-api/${path}`, { method: 'POST', body: JSON.stringify(body) });
  await post('config', { stepfunctions: { execute_state_machine: true }, lambda: { use_docker: false } });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SFNClient({ endpoint, region: 'us-east-1', credentials });
  let machines = 0;

  /** Runs a definition in moto; the functions' answers are given in order. */
  async function run(definition: unknown, input: unknown, answers: unknown[] = []): Promise<Outcome> {
    if (answers.length > 0)
      await post('static/lambda-simple/response', {
        results: answers.map((answer) => JSON.stringify(answer)),
      });
    machines += 1;
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({
        name: `machine-${machines}`,
        definition: JSON.stringify(definition),
        roleArn: 'arn:aws:iam::123456789012:role/machine',
      }),
    );
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name: 'one' }),
    );
    for (;;) {
      const { status, output, error, cause } = await client.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      if (status === 'RUNNING') {
        await delay(20);
        continue;
      }
      return {
        status: status ?? '',
        ...(output !== undefined && { output: parseOutput(output) }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    }
  }

  /** The states that the last machine's execution left, with their outputs as JSON. */
  async function exited(): Promise<{ name: string; output: string }[]> {
    const executionArn = `arn:aws:states:us-east-1:123456789012:execution:machine-${machines}:one`;
    const found: { name: string; output: string }[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn }))
      for (const { stateExitedEventDetails: details } of events)
        if (details !== undefined) found.push({ name: details.name!, output: details.output ?? '' });
    return found;
  }

  function stop(): void {
    client.destroy();
    evaluator.close();
    functions?.close();
    child.kill();
  }
  return { endpoint, run, exited, stop };
}
