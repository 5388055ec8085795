/** Splits CSV (RFC 4180: quotes, doubled quotes, line breaks within quotes) into rows of strings; blank lines are left out. */
export function csvRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = () => {
    if (row.length > 0 || field !== '') rows.push([...row, field]);
    row = [];
    field = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === delimiter) {
      row.push(field);
      field = '';
    } else if (char === '\n' || char === '\r') endRow();
    else field += char;
  }
  endRow();
  return rows;
}

/**
 * The rows as objects by column. A row that is too short is filled with empty strings; what is beyond the header
 * is left out. All values are strings.
 * @param headers column names; undefined: the first row has them
 */
export function csvItems(
  text: string,
  delimiter: string,
  headers: string[] | undefined,
): Record<string, string>[] {
  const rows = csvRows(text, delimiter);
  const names = headers ?? rows.shift() ?? [];
  return rows.map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? ''])));
}
