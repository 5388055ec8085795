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
