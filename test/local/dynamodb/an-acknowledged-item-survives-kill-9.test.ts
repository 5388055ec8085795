import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { startDynamoDb } from '../../../lib/local/dynamodb/index.ts';
import { startServerToKill } from '../server-to-kill.ts';
import { dynamoDbClient, TableName, table } from './client.ts';

it('every acknowledged item is there after kill -9, and the index holds what the table holds', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dynamodb-kill-'));
  const child = await startServerToKill(join(import.meta.dirname, 'server-process.ts'), dir);
  const client = dynamoDbClient(child.endpoint, { maxAttempts: 1 });
  const acknowledged = new Map<string, number>();
  let acknowledgements = 0;
  const writers = Array.from({ length: 12 }, async (_, writer) => {
    for (let version = 0; ; version++) {
      const at = String(writer * 4 + (version % 4));
      const Item = { team: { S: 'storm' }, at: { N: at }, state: { S: `v${version}` } };
      await client.send(new PutItemCommand({ TableName, Item }));
      acknowledged.set(at, version);
      acknowledgements++;
    }
  });
  const ends = Promise.allSettled(writers);
  while (acknowledgements < 300) await new Promise((resolve) => setTimeout(resolve, 5));
  await child.kill();
  expect((await ends).every((end) => end.status === 'rejected')).toBe(true);
  client.destroy();

  const server = await startDynamoDb({ dir, tables: [table] });
  const reader = dynamoDbClient(server.endpoint);
  const { Items = [] } = await reader.send(new ScanCommand({ TableName }));
  const kept = new Map(Items.map(({ at, state }) => [at?.N, Number(state?.S?.slice(1))]));
  for (const [at, version] of acknowledged) expect(kept.get(at), at).toBeGreaterThanOrEqual(version);
  const index = await reader.send(new ScanCommand({ TableName, IndexName: 'by-state' }));
  const byKey = (items: typeof Items) => items.sort((a, b) => Number(a.at?.N) - Number(b.at?.N));
  expect(byKey(index.Items ?? [])).toEqual(byKey(Items));
  reader.destroy();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});
