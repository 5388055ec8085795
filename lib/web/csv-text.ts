/** A table as text: a header, then rows. What is not there is an empty cell. */
export type Table = readonly (readonly (string | number | null | undefined)[])[];

/** RFC 4180, with a line feed after each row. */
export function csvText(table: Table): string {
  const cell = (value: string | number | null | undefined) => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return table.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
