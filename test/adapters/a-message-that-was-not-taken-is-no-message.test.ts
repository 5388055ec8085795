import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventBridgeClient } from '../../lib/adapters/aws/clients.ts';
import { EventBridgeMessages } from '../../lib/adapters/aws/event-bridge-messages.ts';
import type { TeamMessage } from '../../lib/service/contracts/notices.ts';
import { Unavailable } from '../../lib/service/errors.ts';

const message: TeamMessage = {
  ...{ schemaVersion: 1, team: 'shop', region: 'eu', runId: 'eu-20260101T000000Z', more: 0 },
  ...{ time: '2026-01-01T00:00:00Z', changes: [], events: [], peaks: [], words: ['moved'] },
  ...{ noticeId: 'eu-20260101T000000Z/shop', peaksLeftOut: 0 },
};
let answer: { status: number; body: unknown };
let asked: { target: string; body: { Entries: Record<string, unknown>[] } }[] = [];
const server = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  asked.push({ target: String(request.headers['x-amz-target']), body: JSON.parse(text) });
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(answer.body));
});
let messages: EventBridgeMessages;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  messages = new EventBridgeMessages({
    client: eventBridgeClient({
      region: 'eu-west-3',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
    source: 'cloudtune.test',
  });
});
afterAll(() => server.close());

it('is put on the default bus with its type, its time and all that it says', async () => {
  asked = [];
  answer = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } };
  await messages.send(message);
  expect(asked.map(({ target }) => target)).toEqual(['AWSEvents.PutEvents']);
  const [{ Detail, ...entry }] = asked[0]!.body.Entries as [Record<string, unknown>];
  expect(entry).toEqual({
    Source: 'cloudtune.test',
    DetailType: 'Calendar change forecast',
    Time: Date.parse(message.time) / 1000,
  });
  expect(JSON.parse(String(Detail))).toEqual(message);
});

it('fails where EventBridge answers 200 and took nothing, or does not answer', async () => {
  answer = {
    status: 200,
    body: {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }],
    },
  };
  await expect(messages.send(message)).rejects.toThrow(Unavailable);
  await expect(messages.send(message)).rejects.toThrow(/ThrottlingException: Rate exceeded/);
  answer = { status: 503, body: { __type: 'InternalException', message: 'busy' } };
  await expect(messages.send(message)).rejects.toThrow(Unavailable);
});
