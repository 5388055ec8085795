import { type Run, readRuns, readSeries, readTotals, type Series, type Span } from './api.ts';
import { byId, element } from './elements.ts';
import { drawList } from './list.ts';
import { openView, type View } from './view.ts';
import { runWords } from './words.ts';

/** What the address says: the series, and the span when a person moved it. */
function address(): { series: string | undefined; span: Span | undefined } {
  const query = new URLSearchParams(location.search);
  const start = Date.parse(query.get('start') ?? '');
  const end = Date.parse(query.get('end') ?? '');
  return { series: query.get('series') ?? undefined, span: start < end ? { start, end } : undefined };
}

function addressOf(series: string, span: Span | undefined): string {
  const query = new URLSearchParams({ series });
  if (span !== undefined) {
    query.set('start', new Date(span.start).toISOString());
    query.set('end', new Date(span.end).toISOString());
  }
  // "/" and ":" may stand in a query as they are, and are easier to read.
  return `?${query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':')}`;
}

const main = byId('main');
const side = byId('side');
const choose = byId('choose');
let all: Series[] = [];
let runs: Run[] = [];
let chosen: string | undefined;
let view: View | undefined;

const lastRun = (region: string) => runs.find((run) => run.region === region);

function show(id: string, span: Span | undefined) {
  const series = all.find((one) => one.seriesId === id);
  chosen = id;
  view?.close();
  view = undefined;
  document.title = series === undefined ? 'CloudTune' : `${series.team} ${series.metric} · CloudTune`;
  choose.textContent = series === undefined ? 'Choose a series' : `${series.team} · ${series.metric}`;
  if (series === undefined) say('No such series', `There is no series "${id}". Choose one from the list.`);
  else
    view = openView(main, { series, run: lastRun(series.region), span }, (moved) =>
      history.replaceState(null, '', addressOf(id, moved)),
    );
  list();
}

const list = () => drawList(all, chosen, pick);

function pick(id: string) {
  history.pushState(null, '', addressOf(id, undefined));
  openSide(false);
  show(id, undefined);
}

function openSide(open: boolean) {
  side.classList.toggle('open', open);
  choose.setAttribute('aria-expanded', String(open));
}

/** A page without a chart: empty, loading or failed. */
function say(title: string, ...words: (string | HTMLElement)[]) {
  main.replaceChildren(
    element(
      'div',
      { class: 'blank' },
      element('h1', {}, title),
      ...words.map((part) => (typeof part === 'string' ? element('p', {}, part) : part)),
    ),
  );
}

function sayEmpty() {
  say(
    'No series yet',
    'Load a history, a file with the columns timestamp and value, and start a run:',
    element(
      'pre',
      {},
      'npx cloudtune load HISTORY.csv --team shop --region fr --metric orders --kind count\nnpx cloudtune refresh --wait',
    ),
  );
}

function sayRun() {
  const running = runs.filter((run) => run.status === 'running');
  const last = running[0] ?? runs[0];
  const place = byId('run');
  place.className = `run ${last?.status ?? ''}`;
  place.textContent =
    running.length > 1
      ? `${running.length} runs are under way`
      : last === undefined
        ? ''
        : runWords(last, Date.now());
}

/** Reads the lists, and again soon while a run is under way or the API does not answer. */
async function look() {
  let soon = false;
  try {
    const [series, latest] = await Promise.all([readSeries(), readRuns()]);
    const regions = [...new Set(series.map((one) => one.region))];
    const totals = (await Promise.all(regions.map(readTotals))).flat();
    [all, runs] = [[...totals, ...series], latest];
    soon =
      runs.some((run) => run.status === 'running') || all.some((series) => series.forecast === undefined);
    sayRun();
    const current = all.find((series) => series.seriesId === chosen);
    if (all.length === 0) sayEmpty();
    else if (view !== undefined && current !== undefined) view.update(current, lastRun(current.region));
    else {
      const { series, span } = address();
      show(
        series ?? (all.find((one) => one.forecast?.status === 'ok' && !one.total) ?? all[0]!).seriesId,
        span,
      );
    }
    list();
  } catch (error) {
    soon = true;
    const why = error instanceof Error ? error.message : String(error);
    if (view === undefined)
      say(
        'The API does not answer',
        why,
        element('button', { type: 'button', click: () => location.reload() }, 'Try again'),
      );
    byId('run').className = 'run failed';
    byId('run').textContent = `The API does not answer: ${why}`;
  }
  setTimeout(() => void look(), soon ? 3000 : 30_000);
}

byId('filter').addEventListener('input', list);
choose.addEventListener('click', () => openSide(!side.classList.contains('open')));
addEventListener('popstate', () => {
  const { series, span } = address();
  if (series !== undefined) show(series, span);
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') openSide(false);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => view?.redraw());
main.replaceChildren(element('div', { class: 'loading', role: 'status' }, 'Reading the series…'));
void look();
