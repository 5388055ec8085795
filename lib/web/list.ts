import type { Series } from './api.ts';
import { byId, element } from './elements.ts';
import { statusOf, statusWords } from './words.ts';

/** The series by region, each with the state of its forecast. Only those that match the filter. */
export function drawList(all: readonly Series[], chosen: string | undefined, onChoose: (id: string) => void) {
  const wanted = byId<HTMLInputElement>('filter').value.trim().toLowerCase();
  const shown = all.filter((series) => series.seriesId.toLowerCase().includes(wanted));
  const regions = [...new Set(shown.map((series) => series.region))];
  const list = byId('list');
  if (shown.length === 0 && all.length > 0) {
    list.replaceChildren(element('p', { class: 'unmatched' }, 'No series matches.'));
    return;
  }
  list.replaceChildren(
    ...regions.map((region) => {
      const inside = shown.filter((series) => series.region === region);
      return element(
        'section',
        {},
        element('h2', {}, region, element('span', { class: 'zone' }, inside[0]?.timeZone ?? '')),
        element('ul', {}, ...inside.map((series) => entry(series, series.seriesId === chosen, onChoose))),
      );
    }),
  );
}

function entry(series: Series, current: boolean, onChoose: (id: string) => void) {
  const status = statusOf(series);
  const button = element(
    'button',
    {
      type: 'button',
      class: 'entry',
      click: () => onChoose(series.seriesId),
      'data-series': series.seriesId,
    },
    element(
      'span',
      { class: 'name' },
      element('strong', {}, series.team),
      element('span', { class: 'metric' }, series.metric),
    ),
    element('span', { class: `badge ${status}` }, statusWords[status]),
  );
  if (current) button.setAttribute('aria-current', 'true');
  return element('li', {}, button);
}
