import { expect, it } from 'vitest';
import { timestreamClient } from '../../lib/adapters/aws/clients.ts';
import { TimestreamSource } from '../../lib/adapters/aws/timestream-source.ts';
import { historySource } from '../../lib/service/contracts/history-source.ts';

const moto = process.env.MOTO_ENDPOINT!;
const settings = historySource.parse({ kind: 'timestream', database: 'metrics', table: 'load' });

/** moto has no time series of its own: it answers what it was told to. */
async function teach(rows: [string, string][]) {
  const result = {
    QueryId: 'taught',
    ColumnInfo: [
      { Name: 'minute', Type: { ScalarType: 'TIMESTAMP' } },
      { Name: 'value', Type: { ScalarType: 'DOUBLE' } },
    ],
    Rows: rows.map((row) => ({ Data: row.map((ScalarValue) => ({ ScalarValue })) })),
    QueryStatus: { ProgressPercentage: 100 },
  };
  const answer = await fetch(`${moto}/moto-api/static/timestream/query-results`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ region: 'us-east-1', results: { null: [result] } }),
  });
  expect(answer.status).toBe(201);
}

it('Timestream is read from moto as from AWS', async () => {
  if (settings.kind !== 'timestream') throw new Error('expected the settings of a Timestream table');
  await teach([
    ['2026-11-01 00:00:00.000000000', '12.5'],
    ['2026-11-01 00:02:00.000000000', '1.0E3'],
  ]);
  const client = timestreamClient({
    endpoint: moto,
    region: 'us-east-1',
    credentials: { accessKeyId: 'parity', secretAccessKey: 'parity' },
  });
  const start = Date.UTC(2026, 10, 1);
  const parts = [];
  for await (const part of new TimestreamSource({ client, settings }).rows(
    { team: 'shop', region: 'fr', metric: 'requests' },
    { start, end: start + 300_000 },
  ))
    parts.push({ time: [...part.time], value: [...part.value] });
  expect(parts).toEqual([{ time: [start, start + 120_000], value: [12.5, 1000] }]);
});
