import uPlot from 'uplot';
import type { Explanation, Grain, Ingredient, Series, Span } from './api.ts';
import { axes, sameTime } from './chart.ts';
import type { Table } from './csv-text.ts';
import { element } from './elements.ts';
import { instant, number } from './words.ts';

/** Lines that a person can still tell apart: smaller events are drawn and told as one. */
const mostLines = 8;

const size = ({ value }: Ingredient) => value.reduce((sum, x) => sum + Math.abs(x), 0);

/** The ingredients that add anything, each event by name as far as there are colours; the sum stays the mean. */
export function shownIngredients({ ingredients }: Explanation): Ingredient[] {
  const some = ingredients.filter((one) => size(one) > 0);
  const room = mostLines - some.filter(({ kind }) => kind !== 'event').length;
  const events = some.filter(({ kind }) => kind === 'event');
  if (events.length <= room) return some;
  const largest = new Set([...events].sort((a, b) => size(b) - size(a)).slice(0, Math.max(0, room - 1)));
  const rest = events.filter((one) => !largest.has(one));
  const value = rest[0]!.value.map((_, i) => rest.reduce((sum, one) => sum + one.value[i]!, 0));
  return [
    ...some.filter((one) => one.kind !== 'event' || largest.has(one)),
    { kind: 'event', name: `${rest.length} other events`, value },
  ];
}

/** All of them, step by step. */
export const ingredientTable = (explanation: Explanation | undefined): Table =>
  explanation === undefined
    ? []
    : [
        ['time', 'mean', ...explanation.ingredients.map(({ name }) => name)],
        ...explanation.time.map((time, i) => [
          new Date(time * 1000).toISOString(),
          explanation.mean[i],
          ...explanation.ingredients.map(({ value }) => value[i]),
        ]),
      ];

function signed(value: number): string {
  const text = number(Math.abs(value));
  return text === '0' ? text : `${value < 0 ? '−' : '+'} ${text}`;
}

/**
 * What the forecast of the window is made of: a line for each ingredient, and the numbers that add up to the mean at
 * the step under the pointer of either chart, else in the mean over the window.
 */
export function drawIngredients(
  box: HTMLElement,
  {
    series,
    grain,
    span,
    explanation,
  }: { series: Series; grain: Grain; span: Span; explanation: Explanation },
): { destroy(): void } {
  const { time, mean } = explanation;
  const shown = shownIngredients(explanation);
  const colours = getComputedStyle(document.documentElement);
  const colour = (i: number) => colours.getPropertyValue(`--line-${i}`).trim();
  const plotBox = element('div', { class: 'plot small' });
  const sums = element('div', { class: 'sums' });
  box.replaceChildren(plotBox, sums);

  const average = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  let said: number | undefined | null = null;
  const say = (i: number | undefined) => {
    if (said === i) return;
    said = i;
    const pick = (values: number[]) => (i === undefined ? average(values) : values[i]!);
    const row = (name: string, value: string, swatch?: number) => {
      const mark = element('i', {});
      if (swatch !== undefined) mark.style.background = colour(swatch);
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, swatch === undefined ? undefined : mark, name),
        element('td', {}, value),
      );
    };
    sums.replaceChildren(
      element(
        'p',
        { class: 'when' },
        i === undefined
          ? `mean ${grain} of the forecast shown`
          : instant(time[i]! * 1000, series.timeZone, grain),
      ),
      element(
        'table',
        {},
        element(
          'tbody',
          {},
          ...shown.map(({ name, value }, k) => row(name.replace(/^event /, ''), signed(pick(value)), k)),
          row('forecast (mean)', number(pick(mean))),
        ),
      ),
    );
  };

  const plot = new uPlot(
    {
      width: plotBox.clientWidth,
      height: 220,
      padding: [10, 20, 0, 0],
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), series.timeZone),
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: sameTime },
      scales: { x: { time: true, range: () => [time[0]!, span.end / 1000] } },
      axes: axes(),
      series: [
        {},
        ...shown.map((_, i) => ({ stroke: colour(i), width: 1.4, points: { show: time.length < 60 } })),
      ],
      hooks: {
        setCursor: [
          (drawn) => {
            const { left, idx } = drawn.cursor;
            // Over the history there is no forecast to take apart.
            const over = left !== undefined && left >= 0 && drawn.posToVal(left, 'x') >= (time[0] ?? 0);
            say(over ? (idx ?? undefined) : undefined);
          },
        ],
      },
    },
    [time, ...shown.map(({ value }) => value)],
    plotBox,
  );
  const canvas = plotBox.querySelector('canvas');
  canvas?.setAttribute('role', 'img');
  canvas?.setAttribute(
    'aria-label',
    `Ingredients of the forecast: ${shown.map(({ name }) => name).join(', ')}`,
  );
  say(undefined);
  const watcher = new ResizeObserver(() => {
    if (plotBox.clientWidth > 0) plot.setSize({ width: plotBox.clientWidth, height: 220 });
  });
  watcher.observe(plotBox);
  return {
    destroy() {
      watcher.disconnect();
      plot.destroy();
    },
  };
}
