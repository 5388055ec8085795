import type { Series, Span } from './api.ts';
import { csvButton } from './csv.ts';
import type { Table } from './csv-text.ts';
import { element } from './elements.ts';
import { leads } from './past.ts';
import { around, day, extent, presets, within } from './zoom.ts';

/** Buttons above the chart: how much is shown, where, and what was forecast before. */
export interface Toolbar {
  element: HTMLElement;
  /** Marks what is chosen. */
  show(span: Span, past: number | undefined): void;
}

export function openToolbar(on: {
  series(): Series;
  span(): Span;
  move(span: Span, home?: boolean): void;
  past(days: number | undefined): void;
  csv(): { name: string; table: Table };
}): Toolbar {
  const middle = () => (on.span().start + on.span().end) / 2;
  const shift = (part: number) => () => {
    const { start, end } = on.span();
    const by = (end - start) * part;
    on.move(within(extent(on.series()), { start: start + by, end: end + by }));
  };
  const button = (label: string, name: string, click: () => void, className = '') =>
    element('button', { type: 'button', click, 'aria-label': name, title: name, class: className }, label);
  const group = (name: string, ...buttons: HTMLElement[]) =>
    element('div', { class: 'segments', role: 'group', 'aria-label': name }, ...buttons);

  const lengths = presets.map(({ label, days }) => ({
    days,
    made: button(label, `Show ${label}`, () => on.move(around(on.series(), days, middle())), 'preset'),
  }));
  let chosen: number | undefined;
  const before = leads.map((days) => ({
    days,
    made: button(`${days} d`, `${days} d: as we saw it ${days} days before`, () =>
      on.past(chosen === days ? undefined : days),
    ),
  }));
  const pastGroup = group(
    'As we saw it, days before',
    element('span', { class: 'label' }, 'as seen before'),
    ...before.map(({ made }) => made),
  );
  return {
    element: element(
      'div',
      { class: 'toolbar' },
      group('Length shown', ...lengths.map(({ made }) => made)),
      pastGroup,
      group(
        'Move',
        button('←', 'Earlier', shift(-0.5)),
        button('→', 'Later', shift(0.5)),
        button(
          'Forecast start',
          'Forecast start: back to where the forecast starts',
          () => on.move(around(on.series()), true),
          'wide',
        ),
      ),
      csvButton(
        () => on.csv().name,
        () => on.csv().table,
      ),
    ),
    show({ start, end }, past) {
      chosen = past;
      const shown = (end - start) / day;
      for (const { days, made } of lengths)
        made.setAttribute('aria-pressed', String(Math.abs(days - shown) < 0.1));
      for (const { days, made } of before) made.setAttribute('aria-pressed', String(days === past));
      pastGroup.hidden = on.series().total === true;
    },
  };
}
