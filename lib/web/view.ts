import {
  type Explanation,
  type Forecast,
  type History,
  type PlannedEvent,
  type Run,
  readEvents,
  readExplanation,
  readForecast,
  readHistory,
  type Series,
  type Span,
} from './api.ts';
import { drawChart } from './chart.ts';
import { failedRun, heading, notice, tiles } from './details.ts';
import { element } from './elements.ts';
import { drawIngredients } from './ingredients.ts';
import { type Learned, learned, nothingLearned, readLearned } from './learned.ts';
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

interface Shown {
  history: History;
  forecast: Forecast;
  events: PlannedEvent[];
  explanation: Explanation;
}

const nothing: Shown = {
  history: { time: [], value: [] },
  forecast: { time: [], mean: [], lower: [], upper: [] },
  events: [],
  explanation: { time: [], mean: [], ingredients: [] },
};

export function openView(
  main: HTMLElement,
  start: { series: Series; run: Run | undefined; span: Span | undefined },
  onMove: (span: Span | undefined) => void,
): View {
  let { series, run } = start;
  let span = start.span === undefined ? around(series) : within(extent(series), start.span);
  let drawn: { destroy(): void }[] = [];
  let shown: { data: Shown; span: Span } | undefined;
  let known: Learned = nothingLearned;
  let reading = new AbortController();
  const closing = new AbortController();

  const words = element('div', { class: 'words' });
  const said = element('p', { class: 'readout', 'aria-live': 'off' });
  const caption = element('p', { class: 'caption' });
  const box = element('div', { class: 'plot', dblclick: () => move(around(series), true) });
  const overlay = element('div', { class: 'overlay', role: 'status' });
  const made = element('div', { class: 'ingredients' });
  const ingredients = element(
    'section',
    { class: 'panel', 'aria-label': 'Ingredients' },
    element('h2', {}, 'What the forecast is made of'),
    made,
  );
  const learning = element('div', { class: 'learned' });
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
  ingredients.hidden = true;
  main.replaceChildren(words, chart, ingredients, learning, foot);

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
      ...(shown?.data.events.length ? [key('event', 'event')] : []),
      ...(known.findings.exclusions.length > 0 ? [key('excluded', 'left out')] : []),
    );
    const days = (span.end - span.start) / day;
    for (const button of chart.querySelectorAll<HTMLElement>('.preset'))
      button.setAttribute('aria-pressed', String(Math.abs(Number(button.dataset.days) - days) < 0.1));
  }

  function draw() {
    if (shown === undefined) return;
    for (const one of drawn) one.destroy();
    const grain = grainOf(shown.span, series.stepSeconds);
    const { explanation, ...data } = shown.data;
    const marks = { events: data.events, findings: known.findings, cutoff: series.forecast?.cutoff };
    const lines = drawChart(
      box,
      { series, grain, span: shown.span, ...data, marks },
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
    drawn = [lines];
    ingredients.hidden = explanation.time.length === 0;
    if (!ingredients.hidden)
      drawn.push(drawIngredients(made, { series, grain, span: shown.span, explanation }));
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
      const hasAhead = ahead.start < ahead.end;
      const [history, future, explanation, events] = await Promise.all([
        seen.start < seen.end ? readHistory(series, seen, grain, signal) : nothing.history,
        hasAhead ? readForecast(series, ahead, grain, signal) : nothing.forecast,
        hasAhead && !series.total ? readExplanation(series, ahead, grain, signal) : nothing.explanation,
        series.total ? nothing.events : readEvents(series, edges, signal),
      ]);
      shown = { data: { history, forecast: future, explanation, events }, span };
      draw();
      say();
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

  /** What the model learned is of the run, not of the window: it is read once for each. */
  async function learn() {
    if (series.forecast?.cutoff === undefined || series.total) return;
    try {
      known = await readLearned(series, closing.signal);
      learning.replaceChildren(...learned(series, known, (chosen) => move(within(extent(series), chosen))));
      draw();
    } catch (error) {
      if (closing.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      learning.replaceChildren(
        element('p', { class: 'note' }, `What the model learned could not be read: ${why}`),
      );
    }
  }

  function move(to: Span, home = false) {
    span = to;
    onMove(home ? undefined : span);
    say();
    void read();
  }

  say();
  void read();
  void learn();
  return {
    update(newer, newerRun) {
      const changed = JSON.stringify(newer) !== JSON.stringify(series);
      const newRun = series.forecast?.modelRunId !== newer.forecast?.modelRunId;
      const firstForecast = series.forecast?.cutoff === undefined && newer.forecast?.cutoff !== undefined;
      series = newer;
      run = newerRun;
      if (firstForecast && start.span === undefined) span = around(series);
      say();
      if (changed) void read();
      if (newRun) void learn();
    },
    redraw: draw,
    close() {
      reading.abort();
      closing.abort();
      for (const one of drawn) one.destroy();
    },
  };
}
