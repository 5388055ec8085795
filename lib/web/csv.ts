import { csvText, type Table } from './csv-text.ts';
import { element } from './elements.ts';

/** A button that downloads what is seen just then as `NAME.csv`. */
export function csvButton(name: () => string, table: () => Table): HTMLButtonElement {
  const download = () => {
    const url = URL.createObjectURL(new Blob([csvText(table())], { type: 'text/csv' }));
    element('a', { href: url, download: `${name().replaceAll(/[^\w.-]+/g, '-')}.csv` }).click();
    // The download has begun by then, and holds the content itself.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return element(
    'button',
    { type: 'button', class: 'csv', click: download, 'aria-label': 'Download as CSV' },
    'CSV',
  );
}
