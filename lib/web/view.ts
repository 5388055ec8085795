import { howRight } from './accuracy.ts';
import type { Place } from './address.ts';
import type { Forecast, PlannedEvent, Run, Series, Span } from './api.ts';
import { readEntry } from './calendar-api.ts';
import { whatChanged } from './changed.ts';
import { type Chart, drawChart } from './chart.ts';
import { columnsOf } from './columns.ts';
import { csvButton } from './csv.ts';
import { failedRun, heading, notice, tiles } from './details.ts';
import { element } from './elements.ts';
import { putHandles } from './handles.ts';
import { drawIngredients, ingredientTable } from './ingredients.ts';
import { type Learned, learned, nothingLearned, readLearned } from './learned.ts';
import type { Marks } from './marks.ts';
import { type PastRun, readPast, readPastRuns } from './past.ts';
import { openSupposing } from './suppose.ts';
import { openToolbar } from './toolbar.ts';
import { readWindow, type Shown, stretches } from './window.ts';
import { date, measure } from './words.ts';
import { around, day, extent, grainOf, within } from './zoom.ts';

/** The chosen series: what is said about it, and its chart over a span that a person moves. */
export interface View {
  /** What the lists said anew; the chart is read again only when the forecast is another one. */
  update(series: Series, runs: readonly Run[]): void;
  redraw(): void;
  close(): void;
}

/** Handles of more events than these would hide the chart. */
const mostHandled = 8;

/** Dragging needs a pointer: on a touch screen the buttons do it, and a touch reads the values. */
const hint = () =>
  matchMedia('(hover: hover)').matches
    ? 'Drag over the chart to zoom in, double-click to go back; drag the edges of a coming event to see what if.'
    : 'Touch the chart to read its values.';

export function openView(
  main: HTMLElement,
  start: { series: Series; runs: readonly Run[]; place: Place },
  onMove: (place: Place) => void,
): View {
  let { series, runs } = start;
  let span = start.place.span === undefined ? around(series) : within(extent(series), start.place.span);
  let atHome = start.place.span === undefined;
  let past = start.place.past;
  let pastRuns: Promise<PastRun[]> | undefined;
  let pastForecast: Forecast | undefined;
  let supposedForecast: Forecast | undefined;
  let lines: Chart | undefined;
  let handles: ReturnType<typeof putHandles> | undefined;
  let parts: { destroy(): void } | undefined;
  let shown: { data: Shown; span: Span } | undefined;
  let known: Learned = nothingLearned;
  let reading = new AbortController();
  const closing = new AbortController();
  const lastRun = () => runs[0];

  const words = element('div', { class: 'words' });
  const said = element('p', { class: 'readout', 'aria-live': 'off' });
  const caption = element('p', { class: 'caption' });
  const box = element('div', { class: 'plot', dblclick: () => move(around(series), true) });
  const overlay = element('div', { class: 'overlay', role: 'status' });
  const made = element('div', { class: 'ingredients' });
  const ingredients = element(
    'section',
    { class: 'panel', 'aria-label': 'Ingredients' },
    element(
      'h2',
      {},
      'What the forecast is made of',
      csvButton(
        () => `ingredients ${series.seriesId}`,
        () => ingredientTable(shown?.data.explanation),
      ),
    ),
    made,
  );
  const learning = element('div', { class: 'learned' });
  const changing = element('div', { class: 'changes' });
  const foot = element('div', {});
  const toolbar = openToolbar({
    series: () => series,
    span: () => span,
    move: (to, home) => move(to, home),
    past: (days) => {
      past = days;
      tell();
      void readBefore();
    },
    csv: () => ({
      name: `${series.seriesId} ${new Date(span.start).toISOString().slice(0, 10)}`,
      table: table(),
    }),
  });
  const supposing = openSupposing({
    series: () => series,
    window: () => {
      const { ahead, grain } = stretches(series, span);
      return ahead === undefined ? undefined : { span: ahead, grain };
    },
    changed: (forecast) => {
      supposedForecast = forecast;
      tell();
      redrawLines();
    },
    kept: () => void read(),
  });
  const chart = element(
    'section',
    { class: 'chart', 'aria-label': 'Chart' },
    toolbar.element,
    caption,
    box,
    overlay,
    said,
  );
  ingredients.hidden = true;
  main.replaceChildren(words, chart, supposing.panel, ingredients, learning, changing, foot);

  function say() {
    const now = Date.now();
    words.replaceChildren(
      heading(series),
      ...[failedRun(series, lastRun(), now), notice(series)].filter((part) => part !== undefined),
    );
    foot.replaceChildren(tiles(series, lastRun(), now));
    sayCaption();
    toolbar.show(span, past);
  }

  function sayCaption(pastNote?: string) {
    const grain = grainOf(span, series.stepSeconds);
    const key = (kind: string, label: string) =>
      element('span', { class: 'key' }, element('i', { class: kind }), label);
    caption.replaceChildren(
      element('strong', {}, measure(series, grain)),
      key('history', 'observed'),
      key('forecast', 'forecast (mean)'),
      key('band', '80 % band'),
      ...(past === undefined ? [] : [key('past', pastNote ?? `as seen ${past} days before`)]),
      ...(supposing.event === undefined ? [] : [key('supposed', 'what if')]),
      ...(shown?.data.events.length ? [key('event', 'event')] : []),
      ...(known.findings.exclusions.some(isSeen) ? [key('excluded', 'left out')] : []),
    );
  }

  const isSeen = ({ start: from, end }: { start: string; end: string }) =>
    Date.parse(end) > span.start && Date.parse(from) < span.end;

  /** The address follows what is seen. */
  function tell() {
    const { event } = supposing;
    onMove({
      span: atHome ? undefined : span,
      past,
      supposed: event && {
        id: event.id,
        start: event.start,
        ...(event.end !== undefined && { end: event.end }),
      },
    });
    toolbar.show(span, past);
    sayCaption();
  }

  const marksOf = (events: PlannedEvent[]): Marks => ({
    events,
    findings: known.findings,
    cutoff: series.forecast?.cutoff,
    supposed: supposing.event,
  });

  const linesOf = ({ history, forecast }: Shown) => ({
    history,
    forecast,
    supposed: supposedForecast,
    past: past === undefined ? undefined : pastForecast,
  });

  /** The coming events, each where it is supposed to be. */
  function handled(): PlannedEvent[] {
    const cutoff = Date.parse(series.forecast?.cutoff ?? '');
    const coming = (shown?.data.events ?? []).filter(({ start, end }) => Date.parse(end ?? start) > cutoff);
    const { event } = supposing;
    const all = coming.map((one) => (one.id === event?.id ? event : one));
    if (event !== undefined && !all.includes(event)) all.push(event);
    return all.length <= mostHandled ? all : all.filter((one) => one === event);
  }

  function redrawLines() {
    if (shown === undefined || lines === undefined) return;
    lines.update(linesOf(shown.data), marksOf(shown.data.events));
    handles?.place(handled());
  }

  function draw() {
    if (shown === undefined) return;
    lines?.destroy();
    parts?.destroy();
    const grain = grainOf(shown.span, series.stepSeconds);
    const { explanation, events } = shown.data;
    lines = drawChart(
      box,
      { series, grain, span: shown.span, ...linesOf(shown.data), marks: marksOf(events) },
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
    handles = putHandles(lines, { grain, timeZone: series.timeZone }, supposing.move);
    handles.place(handled());
    ingredients.hidden = explanation.time.length === 0;
    parts = ingredients.hidden
      ? undefined
      : drawIngredients(made, { series, grain, span: shown.span, explanation });
    said.textContent = hint();
    const canvas = box.querySelector('canvas');
    canvas?.setAttribute('role', 'img');
    canvas?.setAttribute('aria-label', `${series.team} ${series.metric}: observed and forecast values`);
  }

  /** What the chart shows, as rows. */
  function table() {
    if (shown === undefined) return [];
    const columns = columnsOf(linesOf(shown.data));
    const names = [
      'observed',
      ...['forecast', 'what if', 'seen before'].flatMap((name) => [name, `${name} P10`, `${name} P90`]),
    ];
    const kept = columns.map((column, i) => i === 0 || column.some((value) => value !== undefined));
    const only = <T>(row: T[]) => row.filter((_, i) => kept[i]);
    return [
      only(['time', ...names]),
      ...columns[0].map((time, i) =>
        only([new Date(time * 1000).toISOString(), ...columns.slice(1).map((column) => column[i])]),
      ),
    ];
  }

  async function read() {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    chart.classList.add('reading');
    try {
      const data = await readWindow(series, span, signal);
      shown = { data, span };
      draw();
      say();
      void readBefore();
      const empty = data.history.time.length === 0 && data.forecast.time.length === 0;
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

  /** The forecast as it was seen before, over what came. */
  async function readBefore() {
    const { signal } = reading;
    pastForecast = undefined;
    delete chart.dataset.past;
    if (past === undefined || series.total) return redrawLines();
    try {
      pastRuns ??= readPastRuns(series, runs, closing.signal);
      const made = await pastRuns;
      const { grain, edges } = stretches(series, span);
      const found = await readPast(series, made, { days: past, window: edges, grain }, signal);
      if (signal.aborted) return;
      pastForecast = found;
      const earliest = made[0];
      sayCaption(
        found.time.length > 0
          ? undefined
          : earliest === undefined
            ? 'no earlier forecast is kept'
            : `as seen ${past} days before: from ${date(earliest.cutoff + past * day, series.timeZone)} on`,
      );
      chart.dataset.past = found.time.length > 0 ? 'drawn' : 'empty';
      redrawLines();
    } catch (error) {
      if (signal.aborted || closing.signal.aborted) return;
      pastRuns = undefined;
      sayCaption(`as seen before: ${error instanceof Error ? error.message : String(error)}`);
      chart.dataset.past = 'failed';
    }
  }

  /** What the model learned is of the run, not of the window: it is read once for each. */
  async function learn() {
    if (series.forecast?.cutoff === undefined || series.total) return;
    pastRuns = undefined;
    try {
      known = await readLearned(series, closing.signal);
      learning.replaceChildren(...learned(series, known, (chosen) => move(within(extent(series), chosen))));
      redrawLines();
      sayCaption();
      const run = runs.find(({ runId }) => runId === series.forecast?.runId);
      const told = [whatChanged(series, run, closing.signal), howRight(series, closing.signal)];
      changing.replaceChildren(...(await Promise.all(told)));
    } catch (error) {
      if (closing.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      learning.replaceChildren(
        element('p', { class: 'note' }, `What the model learned could not be read: ${why}`),
      );
    }
  }

  /** What the address supposes. */
  async function suppose({ id, start: from, end }: NonNullable<Place['supposed']>) {
    try {
      const { event } = await readEntry(id, closing.signal);
      const { kind, name } = event;
      supposing.move({
        id,
        kind,
        start: from,
        ...(name !== undefined && { name }),
        ...(end !== undefined && { end }),
      });
    } catch (error) {
      if (!closing.signal.aborted) said.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  function move(to: Span, home = false) {
    span = to;
    atHome = home;
    tell();
    say();
    void read();
    supposing.ask();
  }

  say();
  void read();
  void learn();
  if (start.place.supposed !== undefined) void suppose(start.place.supposed);
  return {
    update(newer, newerRuns) {
      const changed = JSON.stringify(newer) !== JSON.stringify(series);
      const newRun = series.forecast?.runId !== newer.forecast?.runId;
      const firstForecast = series.forecast?.cutoff === undefined && newer.forecast?.cutoff !== undefined;
      series = newer;
      runs = newerRuns;
      if (firstForecast && atHome) span = around(series);
      say();
      if (changed) void read();
      if (newRun) void learn();
    },
    redraw: draw,
    close() {
      reading.abort();
      closing.abort();
      supposing.close();
      lines?.destroy();
      parts?.destroy();
    },
  };
}
