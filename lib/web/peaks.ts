import { type Peaks, peakQuantiles, type Series, type Span } from './api.ts';
import { csvButton } from './csv.ts';
import { element } from './elements.ts';
import { date, moment, number } from './words.ts';

/** Rows of each table. */
const most = 6;
const probabilities = peakQuantiles.map((quantile) => `P${Number(quantile) * 100}`);

/** Rows of the peaks with the highest median, highest first: far ahead a high quantile says how little is known. */
export const highest = ({ quantiles }: Peaks, count: number): number[] =>
  (quantiles['0.5'] ?? [])
    .map((value, row) => ({ value, row }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ row }) => row);

/**
 * The coming events and the highest days: how high at three probabilities, and when most likely.
 *
 * @param onShow told the span of a row that a person chose
 */
export function peakTables(
  series: Series,
  { events, days }: { events: Peaks; days: Peaks },
  onShow: (span: Span) => void,
): HTMLElement[] {
  const { timeZone } = series;
  const table = (peaks: Peaks, rows: number[], title: string, note: string, name: (row: number) => string) =>
    element(
      'section',
      { class: 'peaks', 'aria-label': title },
      element(
        'h2',
        {},
        title,
        element('span', { class: 'unit' }, note),
        csvButton(
          () => `${title} ${series.seriesId}`,
          () => [
            ['of', 'start', 'end', ...probabilities, 'time'],
            ...peaks.time.map((time, row) => [
              name(row),
              peaks.start[row],
              peaks.end[row],
              ...peakQuantiles.map((quantile) => peaks.quantiles[quantile]?.[row]),
              time,
            ]),
          ],
        ),
      ),
      element(
        'div',
        { class: 'scroll' },
        element(
          'table',
          {},
          element(
            'thead',
            {},
            element(
              'tr',
              {},
              ...['', ...probabilities, 'most likely'].map((head) => element('th', { scope: 'col' }, head)),
            ),
          ),
          element('tbody', {}, ...rows.map((row) => line(peaks, row, name(row)))),
        ),
      ),
    );
  const line = (peaks: Peaks, row: number, name: string) => {
    const [start, end] = [Date.parse(peaks.start[row]!), Date.parse(peaks.end[row]!)];
    const room = Math.max(end - start, 12 * 3_600_000);
    const show = () => onShow({ start: start - room, end: end + room });
    return element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        element('button', { type: 'button', click: show, title: 'Show on the chart' }, name),
      ),
      ...peakQuantiles.map((quantile) => element('td', {}, number(peaks.quantiles[quantile]![row]!))),
      element('td', {}, moment(Date.parse(peaks.time[row]!), timeZone)),
    );
  };
  const step = series.stepSeconds === 60 ? 'minute' : 'step';
  const unit =
    days.of === 'hour' && series.stepSeconds < 3600
      ? `highest hourly mean, ${series.metric} per ${step}`
      : `highest ${step}`;
  const made: HTMLElement[] = [];
  const coming = events.time.map((_, row) => row).slice(0, most);
  if (coming.length > 0)
    made.push(
      table(events, coming, 'Coming events', `highest ${step} of each`, (row) => events.name?.[row] ?? ''),
    );
  if (days.time.length > 0)
    made.push(
      table(days, highest(days, most), 'Highest days', unit, (row) =>
        date(Date.parse(days.start[row]!), timeZone),
      ),
    );
  return made;
}
