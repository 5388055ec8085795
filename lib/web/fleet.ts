import { type Peaks, readPeakOfWeek, type Series } from './api.ts';
import { csvButton } from './csv.ts';
import { element } from './elements.ts';
import { ago, moment, number, percent, statusOf, statusWords, trouble } from './words.ts';

/** Every team in every region at a glance: how fresh its forecast is, the next peak, and how far off it was. */

export interface FleetView {
  update(all: readonly Series[], runTime: (series: Series) => number | undefined): void;
  close(): void;
}

const order = ['failed', 'fallback', 'stale', 'none', 'ok'];

/** The error of what was forecast up to a day ahead, once days have come after it; before that, of backtests. */
function errorOf({ forecast }: Series): { wape: number; naive: number; over: string } | undefined {
  const { recent, accuracy } = forecast ?? {};
  if (recent?.wape !== undefined && recent.naiveWape !== undefined)
    return {
      wape: recent.wape,
      naive: recent.naiveWape,
      over: `last ${recent.days === 1 ? 'day' : `${recent.days} days`}`,
    };
  return accuracy === undefined
    ? undefined
    : { wape: accuracy.wape, naive: accuracy.naiveWape, over: 'in backtests' };
}

export function openFleet(
  main: HTMLElement,
  linkTo: (id: string) => { href: string; click: (event: Event) => void },
): FleetView {
  const closing = new AbortController();
  /** Peaks by series and run: read once, when the row comes into sight. */
  const peaks = new Map<string, Peaks | 'none' | Promise<void>>();
  let all: readonly Series[] = [];
  let runTime: (series: Series) => number | undefined = () => undefined;
  const summary = element('p', {});
  const table = element('div', { class: 'scroll' });
  const keyOf = (series: Series) => `${series.seriesId} ${series.forecast?.runId}`;
  const peakOf = (series: Series): Peaks | undefined => {
    const found = peaks.get(keyOf(series));
    return found === undefined || found === 'none' || found instanceof Promise ? undefined : found;
  };

  main.replaceChildren(
    element('div', { class: 'heading' }, element('h1', {}, 'Fleet'), summary),
    element(
      'section',
      { class: 'panel', 'aria-label': 'Fleet' },
      element(
        'h2',
        {},
        'Every team in every region',
        csvButton(
          () => 'fleet',
          () => [
            [
              'series',
              'status',
              'reason',
              'cutoff',
              'peak time',
              'peak P50',
              'peak P90',
              'wape',
              'naive wape',
            ],
            ...all.map((series) => {
              const { forecast } = series;
              const peak = peakOf(series);
              return [
                series.seriesId,
                statusOf(series),
                forecast?.reason,
                forecast?.cutoff,
                peak?.time[0],
                peak?.quantiles['0.5']?.[0],
                peak?.quantiles['0.9']?.[0],
                errorOf(series)?.wape,
                errorOf(series)?.naive,
              ];
            }),
          ],
        ),
      ),
      table,
    ),
  );

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      const series = all.find(({ seriesId }) => seriesId === (target as HTMLElement).dataset.row);
      if (series !== undefined) void readPeak(series);
    }
  });

  async function readPeak(series: Series) {
    const key = keyOf(series);
    if (series.forecast?.cutoff === undefined || series.total || peaks.has(key)) return;
    try {
      const reading = readPeakOfWeek(series, closing.signal);
      peaks.set(
        key,
        reading.then(() => undefined),
      );
      peaks.set(key, await reading);
    } catch {
      if (closing.signal.aborted) return;
      // Where there is no peak the cell says so; the series' own page says why.
      peaks.set(key, 'none');
    }
    const cell = table.querySelector(`[data-row="${CSS.escape(series.seriesId)}"] .peak`);
    cell?.replaceWith(peakCell(series));
  }

  function peakCell(series: Series): HTMLElement {
    const cell = (...parts: (HTMLElement | string)[]) => element('td', { class: 'peak' }, ...parts);
    const note = (words: string) => element('span', { class: 'note' }, words);
    if (series.total || series.forecast?.cutoff === undefined) return cell('–');
    const found = peakOf(series);
    if (found === undefined) return cell(peaks.get(keyOf(series)) === 'none' ? 'none' : '…');
    const [median, high] = [found.quantiles['0.5']?.[0], found.quantiles['0.9']?.[0]];
    if (median === undefined || high === undefined) return cell('–');
    return cell(
      moment(Date.parse(found.time[0]!), series.timeZone),
      note(`${number(median)}, one in ten above ${number(high)}`),
    );
  }

  function row(series: Series): HTMLElement {
    const status = statusOf(series);
    const ran = runTime(series);
    const link = linkTo(series.seriesId);
    const anchor = element('a', { href: link.href }, `${series.team} `, element('span', {}, series.metric));
    anchor.addEventListener('click', link.click);
    const error = errorOf(series);
    const wrong = trouble(series);
    return element(
      'tr',
      { 'data-row': series.seriesId },
      element('th', { scope: 'row' }, anchor),
      element('td', {}, series.region),
      element(
        'td',
        { class: 'fresh' },
        element('span', { class: `badge ${status}` }, statusWords[status]),
        element('span', { class: 'note' }, ran === undefined ? '' : `run ${ago(ran, Date.now())}`),
        wrong !== undefined && element('span', { class: 'note why' }, wrong.why),
      ),
      peakCell(series),
      element(
        'td',
        { class: 'error' },
        error === undefined ? '–' : percent(error.wape),
        error !== undefined &&
          element(
            'span',
            { class: error.wape <= error.naive ? 'note better' : 'note worse' },
            `naive ${percent(error.naive)}`,
          ),
        error !== undefined && element('span', { class: 'note' }, error.over),
      ),
    );
  }

  return {
    update(newer, times) {
      all = [...newer].sort(
        (a, b) =>
          order.indexOf(statusOf(a)) - order.indexOf(statusOf(b)) || a.seriesId.localeCompare(b.seriesId),
      );
      runTime = times;
      const counts = Object.entries(Object.groupBy(all, statusOf)).map(
        ([status, some]) => `${some?.length} ${statusWords[status as keyof typeof statusWords]}`,
      );
      summary.textContent = `${all.length} series: ${counts.join(', ')}. Errors are WAPE, beside the seasonal naive’s.`;
      const heads = ['Team', 'Region', 'Forecast', 'Peak of the first seven days', 'Recent error'];
      table.replaceChildren(
        element(
          'table',
          { class: 'fleet' },
          element(
            'thead',
            {},
            element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
          ),
          element('tbody', {}, ...all.map(row)),
        ),
      );
      watcher.disconnect();
      for (const each of table.querySelectorAll('tbody tr')) watcher.observe(each);
      main.dataset.state = 'drawn';
    },
    close() {
      closing.abort();
      watcher.disconnect();
      delete main.dataset.state;
    },
  };
}
