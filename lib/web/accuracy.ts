import { get, pathOf, readEvents, type Series } from './api.ts';
import { csvButton } from './csv.ts';
import type { Table } from './csv-text.ts';
import { element } from './elements.ts';
import { percent } from './words.ts';
import { day } from './zoom.ts';

/** How right earlier forecasts were: by how long before they were made, and by event, beside the seasonal naive. */

interface Scores {
  steps: number;
  wape?: number;
  bias?: number;
  coverage?: number;
  peaks: number;
  peakBias?: number;
  peakHours?: number;
}
interface Compared {
  band: string;
  model: Scores;
  naive: Scores;
}
interface Accuracy {
  firstDay: string;
  lastDay: string;
  days: number;
  bands: (Compared & { grain: string })[];
  events: (Compared & { id: string })[];
  words: string[];
}

const bandWords: Record<string, string> = {
  '1h': 'under an hour',
  '1d': 'an hour to a day',
  '7d': 'a day to a week',
  '30d': 'a week to 30 days',
  '90d': '30 to 90 days',
  '1y': '90 days to a year',
};
const grainWords: Record<string, string> = { step: 'each step', hour: 'hours', day: 'days', week: 'weeks' };

const share = (value: number | undefined) => (value === undefined ? '–' : percent(value));
const signed = (value: number | undefined) =>
  value === undefined ? '–' : `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;

const heads = ['error', 'naive', 'bias', 'in 80 %', 'peak off by', 'its time by'];
function cells({ model, naive }: Compared): HTMLElement[] {
  const better = (model.wape ?? 0) <= (naive.wape ?? 0);
  const known = model.wape !== undefined && naive.wape !== undefined;
  return [
    element('td', known ? { class: better ? 'better' : 'worse' } : {}, share(model.wape)),
    ...[
      share(naive.wape),
      signed(model.bias),
      share(model.coverage),
      signed(model.peakBias),
      model.peakHours === undefined ? '–' : `${model.peakHours.toFixed(1)} h`,
    ].map((text) => element('td', {}, text)),
  ];
}

function table(names: string[], rows: { names: string[]; of: Compared }[]): HTMLElement {
  const head = (text: string) => element('th', { scope: 'col' }, text);
  return element(
    'div',
    { class: 'scroll', tabindex: '0' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...[...names, ...heads].map(head))),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            ...row.names.map((name, i) =>
              i === 0 ? element('th', { scope: 'row' }, name) : element('td', {}, name),
            ),
            ...cells(row.of),
          ),
        ),
      ),
    ),
  );
}

function csvRows({ bands, events }: Accuracy): Table {
  const row = ({ band, model, naive }: Compared) => [
    band,
    model.wape,
    naive.wape,
    model.bias,
    model.coverage,
    model.peakBias,
    model.peakHours,
    model.steps,
  ];
  return [
    ['of', 'ahead', 'wape', 'naive wape', 'bias', 'coverage', 'peak bias', 'peak hours', 'steps'],
    ...bands.map((one) => [one.grain, ...row(one)]),
    ...events.map((one) => [one.id, ...row(one)]),
  ];
}

/** Events by their ids, as people know them. */
async function namesOf(series: Series, { events, firstDay, lastDay }: Accuracy, signal: AbortSignal) {
  if (events.length === 0) return new Map<string, string>();
  const span = { start: Date.parse(firstDay) - day, end: Date.parse(lastDay) + 2 * day };
  return new Map((await readEvents(series, span, signal)).map(({ id, name }) => [id, name ?? id]));
}

/** The panel of a series; where nothing was scored yet it says so. */
export async function howRight(series: Series, signal: AbortSignal): Promise<HTMLElement> {
  const panel = (...parts: HTMLElement[]) =>
    element('section', { class: 'panel accuracy', 'aria-label': 'How right it was' }, ...parts);
  const title = 'How right earlier forecasts were';
  let answer: Accuracy;
  let names: Map<string, string>;
  try {
    answer = await get<Accuracy>(pathOf(series, 'accuracy'), signal);
    names = await namesOf(series, answer, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return panel(element('h2', {}, title), element('p', { class: 'note' }, why));
  }
  const words = element('ul', {}, ...answer.words.map((sentence) => element('li', {}, sentence)));
  if (answer.bands.length === 0) return panel(element('h2', {}, title), words);

  const grains = [...new Set(answer.bands.map(({ grain }) => grain))];
  const shown = element('div', {});
  const chooser = element('div', { class: 'segments', role: 'group', 'aria-label': 'Measured over' });
  const choose = (grain: string) => {
    for (const button of chooser.children)
      button.setAttribute('aria-pressed', String((button as HTMLElement).dataset.grain === grain));
    const rows = answer.bands.filter((one) => one.grain === grain);
    shown.replaceChildren(
      table(
        ['made ahead by'],
        rows.map((of) => ({ names: [bandWords[of.band] ?? 'longer'], of })),
      ),
    );
  };
  chooser.append(
    ...grains.map((grain) =>
      element(
        'button',
        { type: 'button', 'data-grain': grain, click: () => choose(grain) },
        grainWords[grain] ?? grain,
      ),
    ),
  );
  choose(grains.includes('hour') ? 'hour' : grains[0]!);
  return panel(
    element(
      'h2',
      {},
      title,
      element('span', { class: 'unit' }, `${answer.days} days, ${answer.firstDay} to ${answer.lastDay}`),
      csvButton(
        () => `accuracy ${series.seriesId}`,
        () => csvRows(answer),
      ),
    ),
    words,
    element('div', { class: 'chosen' }, chooser),
    shown,
    ...(answer.events.length === 0
      ? []
      : [
          element('h3', {}, 'By event'),
          table(
            ['event', 'made ahead by'],
            answer.events.map((of) => ({
              names: [names.get(of.id) ?? of.id, bandWords[of.band] ?? 'longer'],
              of,
            })),
          ),
        ]),
  );
}
