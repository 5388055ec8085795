import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { csvHeader, readTable, sortObservations, TabularError } from '../../adapters/tabular/index.ts';
import type { Regressor } from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';

/**
 * Reads `timestamp,<a column each>` over history and horizon, CSV or CSV.gz. Empty values are holes; a row that
 * cannot be read is refused. Throws CommandFailure (exit code 2) that names the file and the column.
 */
export async function readRegressors(file: string, timeZone: string): Promise<Regressor[]> {
  const refuse = (what: string, cause?: unknown) => new CommandFailure(`${file}: ${what}`, 2, { cause });
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
  } catch (error) {
    throw refuse(`the regressors cannot be read: ${(error as Error).message}`, error);
  }
  try {
    const names = csvHeader(bytes).filter((name) => name !== 'timestamp');
    if (names.length === 0)
      throw refuse('no column beside timestamp. Expected timestamp and one column a regressor.');
    const regressors: Regressor[] = [];
    for (const name of names) {
      const table = await readTable(bytes, { timeZone, valueColumn: name });
      const { line, reason } = table.rejections[0] ?? {};
      if (reason !== undefined) throw refuse(`line ${line}, column "${name}": ${reason}.`);
      const rows = table.series.get('');
      if (rows === undefined) throw refuse(`column "${name}" has no value.`);
      const { time, value } = sortObservations(rows).rows;
      regressors.push({ name, time, value });
    }
    return regressors;
  } catch (error) {
    if (error instanceof TabularError) throw refuse(error.message, error);
    throw error;
  }
}
