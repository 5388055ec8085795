import { localParts } from '../engine/index.ts';

/** Rows of text under a header, in columns as wide as their widest cell. Columns of numbers stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = header.map((_, column) =>
    rows.every((row) => /^[-+]?[\d.,]+( ?%| s| h| min)?$|^[-–]?$/.test(row[column] ?? '')),
  );
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        numeric[column] === true ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [header, widths.map((width) => '─'.repeat(width)), ...rows].map((row) => `${line(row)}\n`).join('');
}

export const percent = (share: number | undefined) =>
  share === undefined || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(1)} %`;

/** What the zone's calendar and clock show: 1998-07-12 21:00. */
export function localText(ms: number, timeZone: string): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const { year, month, day, hour, minute } = localParts(timeZone, ms);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

/** A number for people: whole from a hundred on, else four digits. */
export const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
