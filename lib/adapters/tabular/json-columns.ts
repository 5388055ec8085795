import { CellRows, timestampFromCell } from './cells.ts';
import { type Table, TabularError } from './types.ts';

/** Reads columns as JSON gives them (time: texts or epochs; value: numbers, texts or null) by the rules of files. */
export function readColumns(
  time: readonly unknown[],
  value: readonly unknown[],
  options: { timeZone: string },
): Table {
  if (time.length !== value.length)
    throw new TabularError(
      `time has ${time.length} entries and value ${value.length}: expected as many of each.`,
    );
  const cells = new CellRows(options.timeZone);
  for (let i = 0; i < time.length; i++) cells.add(i + 1, time[i], timestampFromCell, value[i], '');
  return cells.finish();
}
