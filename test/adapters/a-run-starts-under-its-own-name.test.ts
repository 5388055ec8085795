import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sfnClient } from '../../lib/adapters/aws/clients.ts';
import { SfnRefreshLauncher } from '../../lib/adapters/aws/sfn-refresh-launcher.ts';
import { Unavailable } from '../../lib/service/errors.ts';

const stateMachine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Refresh';
const execution = 'arn:aws:states:eu-west-1:123456789012:execution:Refresh:eu-20261201T030000Z';

/** Answers as Step Functions does on the wire (AWS JSON 1.0), whatever `next` says. */
let next: { status: number; body: unknown };
const asked: { target: string; body: unknown }[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  asked.push({
    target: String(request.headers['x-amz-target']),
    body: JSON.parse(Buffer.concat(chunks).toString()),
  });
  response.writeHead(next.status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(next.body));
});
let launcher: SfnRefreshLauncher;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = sfnClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
    maxAttempts: 1,
  });
  launcher = new SfnRefreshLauncher({ client, stateMachine });
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => void asked.splice(0));
const failure = (type: string, status = 400) => ({ status, body: { __type: type, message: 'so it is' } });

describe('a run', () => {
  it('is an execution of its own name', async () => {
    next = { status: 200, body: { executionArn: execution, startDate: 1 } };
    const started = await launcher.start('eu-20261201T030000Z', '2026-12-01T03:00:00Z');
    expect(started).toEqual({ executionId: execution });
    expect(asked).toEqual([
      {
        target: 'AWSStepFunctions.StartExecution',
        body: {
          stateMachineArn: stateMachine,
          name: 'eu-20261201T030000Z',
          input: '{"scheduledTime":"2026-12-01T03:00:00Z"}',
        },
      },
    ]);
  });

  it('that was started before is found', async () => {
    next = failure('ExecutionAlreadyExists');
    expect(await launcher.start('eu-20261201T030000Z', '2026-12-01T03:00:00Z')).toEqual({
      executionId: execution,
    });
  });

  it('is described as it is, and undefined when nothing knows of it', async () => {
    next = { status: 200, body: { executionArn: execution, status: 'ABORTED', cause: 'stopped' } };
    expect(await launcher.describe(execution)).toEqual({ status: 'ABORTED', cause: 'stopped' });
    next = failure('ExecutionDoesNotExist');
    expect(await launcher.describe(execution)).toBeUndefined();
  });

  it('that cannot be asked for is Unavailable; a mistake of ours is not', async () => {
    next = failure('InternalFailure', 500);
    await expect(launcher.describe(execution)).rejects.toThrow(Unavailable);
    next = failure('StateMachineDoesNotExist');
    await expect(launcher.start('eu-20261201T030000Z', 'x')).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });
});
