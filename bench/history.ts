import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeObservations, encodeObservations } from '../lib/adapters/history/index.ts';
import { readTable, settle } from '../lib/adapters/tabular/index.ts';
import { atMost, figure, type Measure } from './measure.ts';

/** Bytes of stored history, on the requests of the World Cup 98 web site, and how fast a month is read. */
export async function benchHistory(): Promise<Measure[]> {
  const file = resolve(import.meta.dirname, '../examples/worldcup98-requests.csv.gz');
  const timeZone = 'Europe/Paris';
  const table = await readTable(readFileSync(file), { timeZone });
  const { observations } = settle(table.series.get('')!, { timeZone });
  const rows = 44_640;
  const month = {
    time: observations.time.slice(-rows - 20_000, -20_000),
    value: observations.value.slice(-rows - 20_000, -20_000),
  };
  const bytes = encodeObservations(month);
  const started = performance.now();
  for (let i = 0; i < 10; i++) await decodeObservations(bytes);
  return [
    atMost('history: bytes a minute, World Cup 98', bytes.length / rows, 2.5, 'B'),
    figure('history: reading a month of minutes', (performance.now() - started) / 10, 'ms'),
  ];
}
