import { type Changes, type Run, readChanges, type Series } from './api.ts';
import { csvButton } from './csv.ts';
import { element } from './elements.ts';
import { share } from './suppose.ts';
import { instant, number } from './words.ts';

/** Ingredients told one by one, the largest change first. */
const mostTold = 5;
const causeWords = {
  data: 'new observations',
  calendar: 'the calendar',
  other: 'a fit from anew',
};

const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const signed = (value: number) => {
  const text = number(Math.abs(value));
  return text === '0' ? text : `${value < 0 ? '−' : '+'} ${text}`;
};

/**
 * What changed since the run before, in words and numbers. A run that took the place of none says so.
 *
 * @param run the published run of the series' region
 */
export async function whatChanged(
  series: Series,
  run: Run | undefined,
  signal: AbortSignal,
): Promise<HTMLElement> {
  const panel = (...parts: (HTMLElement | string)[]) =>
    element('section', { class: 'panel changed', 'aria-label': 'What changed' }, ...parts);
  const title = 'What changed since the last run';
  if (run?.previousRunId === undefined)
    return panel(
      element('h2', {}, title),
      element('p', { class: 'note' }, 'There is no run before this one to compare it with.'),
    );
  try {
    return panel(...told(series, title, await readChanges(series, signal)));
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return panel(element('h2', {}, title), element('p', { class: 'note' }, why));
  }
}

function told(series: Series, title: string, changes: Changes): HTMLElement[] {
  const { time, before, after, causes, ingredients, words, grain, from, to } = changes;
  const [was, is] = [average(before), average(after)];
  const row = (name: string, value: string, className = '') =>
    element('tr', { class: className }, element('th', { scope: 'row' }, name), element('td', {}, value));
  const moved = ingredients
    .map(({ name, change }) => ({ name: name.replace(/^event /, ''), change: average(change) }))
    .filter(({ change }) => number(Math.abs(change)) !== '0')
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, mostTold);
  const csv = csvButton(
    () => `changes ${series.seriesId}`,
    () => [
      [
        'time',
        'before',
        'after',
        ...causes.map(({ cause }) => cause),
        ...ingredients.map(({ name }) => name),
      ],
      ...time.map((at, i) => [
        at,
        before[i],
        after[i],
        ...causes.map(({ change }) => change[i]),
        ...ingredients.map(({ change }) => change[i]),
      ]),
    ],
  );
  return [
    element('h2', {}, title, csv),
    element('ul', {}, ...words.map((sentence) => element('li', {}, sentence))),
    element(
      'p',
      { class: 'note' },
      `Mean ${grain} of the ${Math.round((Date.parse(time.at(-1) ?? '') - Date.parse(time[0] ?? '')) / 86_400_000)} days from ${instant(Date.parse(time[0] ?? to.cutoff), series.timeZone)}; run ${from.runId} to ${to.runId}.`,
    ),
    element(
      'table',
      {},
      element(
        'tbody',
        {},
        row('before', number(was)),
        ...causes.map(({ cause, change }) => row(`by ${causeWords[cause]}`, signed(average(change)))),
        row('now', `${number(is)} (${share(is / was - 1)})`, 'sum'),
      ),
    ),
    ...(moved.length === 0
      ? []
      : [
          element('h3', {}, 'of which'),
          element(
            'table',
            {},
            element('tbody', {}, ...moved.map(({ name, change }) => row(name, signed(change)))),
          ),
        ]),
  ];
}
