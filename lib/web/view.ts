import {
  type Forecast,
  type History,
  type Run,
  readForecast,
  readHistory,
  type Series,
  type Span,
} from './api.ts';
import { drawChart } from './chart.ts';
import { failedRun, heading, notice, tiles } from './details.ts';
import { element } from './elements.ts';
import { measure } from './words.ts';
import { around, ceilTo, day, extent, floorTo, grainOf, historyEnd, presets, within } from './zoom.ts';

/** The chosen series: what is said about it, and its chart over a span that a person moves. */
export interface View {
  /** What the lists said anew; the chart is read again only when the forecast is another one. */
  update(series: Series, run: Run | undefined): void;
  redraw(): void;
  close(): void;
}

/** Dragging needs a pointer: on a touch screen the buttons do it, and a touch reads the values. */
const hint = () =>
  matchMedia('(hover: hover)').matches
    ? 'Drag over the chart to zoom in, double-click to go back.'
    : 'Touch the chart to read its values.';

const nothing: { history: History; forecast: Forecast } = {
  history: { time: [], value: [] },
  forecast: { time: [], mean: [], lower: [], upper: [] },
};

export function openView(
  main: HTMLElement,
  start: { series: Series; run: Run | undefined; span: Span | undefined },
  onMove: (span: Span | undefined) => void,
): View {
  let { series, run } = start;
  let span = start.span === undefined ? around(series) : within(extent(series), start.span);
  let drawn: { destroy(): void } | undefined;
  let shown: { data: typeof nothing; span: Span } | undefined;
  let reading = new AbortController();

  const words = element('div', { class: 'words' });
  const said = element('p', { class: 'readout', 'aria-live': 'off' });
  const caption = element('p', { class: 'caption' });
  const box = element('div', { class: 'plot', dblclick: () => move(around(series), true) });
  const overlay = element('div', { class: 'overlay', role: 'status' });
  const foot = element('div', {});
  const chart = element(
    'section',
    { class: 'chart', 'aria-label': 'Chart' },
    toolbar(),
    caption,
    box,
    overlay,
    said,
  );
  main.replaceChildren(words, chart, foot);

  function toolbar() {
    const middle = () => (span.start + span.end) / 2;
    const shift = (share: number) => () => {
      const by = (span.end - span.start) * share;
      move(within(extent(series), { start: span.start + by, end: span.end + by }));
    };
    const button = (label: string, name: string, click: () => void, className = '') =>
      element('button', { type: 'button', click, 'aria-label': name, title: name, class: className }, label);
    return element(
      'div',
      { class: 'toolbar' },
      element(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'Length shown' },
        ...presets.map(({ label, days }) => {
          const made = button(label, `Show ${label}`, () => move(around(series, days, middle())), 'preset');
          made.dataset.days = String(days);
          return made;
        }),
      ),
      element(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'Move' },
        button('←', 'Earlier', shift(-0.5)),
        button('→', 'Later', shift(0.5)),
        button(
          'Forecast start',
          'Back to where the forecast starts',
          () => move(around(series), true),
          'wide',
        ),
      ),
    );
  }

  function say() {
    const now = Date.now();
    words.replaceChildren(
      heading(series),
      ...[failedRun(series, run, now), notice(series)].filter((part) => part !== undefined),
    );
    foot.replaceChildren(tiles(series, run, now));
    const grain = grainOf(span, series.stepSeconds);
    const key = (kind: string, label: string) =>
      element('span', { class: 'key' }, element('i', { class: kind }), label);
    caption.replaceChildren(
      element('strong', {}, measure(series, grain)),
      key('history', 'observed'),
      key('forecast', 'forecast (mean)'),
      key('band', '80 % band'),
    );
    const days = (span.end - span.start) / day;
    for (const button of chart.querySelectorAll<HTMLElement>('.preset'))
      button.setAttribute('aria-pressed', String(Math.abs(Number(button.dataset.days) - days) < 0.1));
  }

  function draw() {
    if (shown === undefined) return;
    drawn?.destroy();
    drawn = drawChart(
      box,
      { series, grain: grainOf(shown.span, series.stepSeconds), span: shown.span, ...shown.data },
      {
        onZoom: (chosen) => {
          // At least six steps, so that there is still a line to see.
          const least = series.stepSeconds * 6000;
          const middle = (chosen.start + chosen.end) / 2;
          move(
            chosen.end - chosen.start >= least
              ? { start: Math.round(chosen.start), end: Math.round(chosen.end) }
              : { start: Math.round(middle - least / 2), end: Math.round(middle + least / 2) },
          );
        },
        onHover: (text) => {
          said.textContent = text === '' ? hint() : text;
        },
      },
    );
    said.textContent = hint();
    const canvas = box.querySelector('canvas');
    canvas?.setAttribute('role', 'img');
    canvas?.setAttribute('aria-label', `${series.team} ${series.metric}: observed and forecast values`);
  }

  async function read() {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    const grain = grainOf(span, series.stepSeconds);
    const { timeZone, forecast } = series;
    const edges = { start: floorTo(grain, span.start, timeZone), end: ceilTo(grain, span.end, timeZone) };
    const seen = {
      start: edges.start,
      end: Math.min(edges.end, ceilTo(grain, historyEnd(series), timeZone)),
    };
    const cutoff = ceilTo(grain, Date.parse(forecast?.cutoff ?? series.lastTime), timeZone);
    const horizonEnd = floorTo(grain, Date.parse(forecast?.horizonEnd ?? series.firstTime), timeZone);
    const ahead = { start: Math.max(edges.start, cutoff), end: Math.min(edges.end, horizonEnd) };
    chart.classList.add('reading');
    try {
      const [history, future] = await Promise.all([
        seen.start < seen.end ? readHistory(series, seen, grain, signal) : nothing.history,
        ahead.start < ahead.end ? readForecast(series, ahead, grain, signal) : nothing.forecast,
      ]);
      shown = { data: { history, forecast: future }, span };
      draw();
      const empty = history.time.length === 0 && future.time.length === 0;
      overlay.replaceChildren(...(empty ? [element('p', {}, 'Nothing was observed or forecast here.')] : []));
      chart.dataset.state = empty ? 'empty' : 'drawn';
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      overlay.replaceChildren(
        element('p', {}, element('strong', {}, 'The chart could not be read. '), why),
        element('button', { type: 'button', click: () => void read() }, 'Try again'),
      );
      chart.dataset.state = 'failed';
    }
    if (!signal.aborted) chart.classList.remove('reading');
  }

  function move(to: Span, home = false) {
    span = to;
    onMove(home ? undefined : span);
    say();
    void read();
  }

  say();
  void read();
  return {
    update(newer, newerRun) {
      const changed = JSON.stringify(newer) !== JSON.stringify(series);
      const firstForecast = series.forecast?.cutoff === undefined && newer.forecast?.cutoff !== undefined;
      series = newer;
      run = newerRun;
      if (firstForecast && start.span === undefined) span = around(series);
      say();
      if (changed) void read();
    },
    redraw: draw,
    close() {
      reading.abort();
      drawn?.destroy();
    },
  };
}
