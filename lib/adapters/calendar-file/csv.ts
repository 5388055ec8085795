import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { CalendarEntry } from '../../service/contracts/calendar.ts';
import { CalendarFileError } from './error.ts';

const lists = ['regions', 'teams', 'metrics'] as const;
const numbers = ['scale', 'stock', 'rate'] as const;
const columns = [
  ...['id', 'kind', 'name', 'start', 'end', 'regions', 'teams', 'metrics'],
  ...['scale', 'like', 'launch', 'stock', 'rate', 'status', 'note'],
] as const;

/**
 * Events of a CSV file with a header: `id`, `kind` and `start` are needed, the calendar's other fields may stand in any
 * order; names in `regions`, `teams` and `metrics` are split at ";". An empty cell is a field that is not given.
 *
 * @throws CalendarFileError that names line and column
 */
export function readEventsCsv(text: string): CalendarEntry[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: (header: string[]) => header.map(known),
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof rows;
  } catch (error) {
    throw error instanceof CalendarFileError ? error : new CalendarFileError((error as Error).message);
  }
  return rows.map(({ record, info }) => {
    const fields = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
    for (const field of ['id', 'kind', 'start'])
      if (fields[field] === undefined)
        throw new CalendarFileError(
          `line ${info.lines} has no ${field}: each event needs id, kind and start`,
        );
    return {
      ...fields,
      ...Object.fromEntries(
        lists.flatMap((field) =>
          fields[field] === undefined ? [] : [[field, fields[field].split(';').map((name) => name.trim())]],
        ),
      ),
      ...Object.fromEntries(
        numbers.flatMap((field) =>
          fields[field] === undefined ? [] : [[field, numberOf(fields[field], field, info.lines)]],
        ),
      ),
      ...(fields.launch !== undefined && { launch: truth(fields.launch, info.lines) }),
    } as unknown as CalendarEntry;
  });
}

function known(name: string): string {
  const found = columns.find((column) => column === name.trim().toLowerCase());
  if (found === undefined)
    throw new CalendarFileError(`the header has "${name}": expected columns of ${columns.join(', ')}`);
  return found;
}

function numberOf(text: string, field: string, line: number): number {
  const value = Number(text);
  if (!Number.isFinite(value))
    throw new CalendarFileError(`line ${line} has ${field} ${text}: expected a number such as 1.5`);
  return value;
}

function truth(text: string, line: number): boolean {
  if (!/^(true|false)$/i.test(text))
    throw new CalendarFileError(`line ${line} has launch ${text}: expected true or false`);
  return text.toLowerCase() === 'true';
}

/** Events as a CSV file, which `readEventsCsv` reads back the same. */
export const writeEventsCsv = (events: readonly CalendarEntry[]): string =>
  stringify(
    events.map((event) => columns.map((column) => cell(event[column]))),
    { header: true, columns: [...columns] },
  );

const cell = (value: CalendarEntry[keyof CalendarEntry]): string =>
  Array.isArray(value) ? value.join(';') : value === undefined ? '' : String(value);
