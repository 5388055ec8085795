import { addressOf, type Seen, seenAt } from './address.ts';
import { type Run, readRuns, readSeries, readTotals, type Series } from './api.ts';
import { type CalendarView, openCalendar } from './calendar.ts';
import { byId, element } from './elements.ts';
import { type FleetView, openFleet } from './fleet.ts';
import { drawList } from './list.ts';
import { openView, type View } from './view.ts';
import { runWords } from './words.ts';

const main = byId('main');
const side = byId('side');
const choose = byId('choose');
let all: Series[] = [];
let runs: Run[] = [];
let seen: Seen = seenAt(location.search);
/** What is open now; undefined until the lists are read, or where there is nothing to show. */
let open:
  | { view: 'fleet'; it: FleetView }
  | { view: 'calendar'; it: CalendarView }
  | { view: 'series'; it: View }
  | undefined;

const runsOf = (region: string) => runs.filter((run) => run.region === region);
const runTime = (series: Series) => {
  const run = runs.find(({ runId }) => runId === (series.forecast?.modelRunId ?? series.forecast?.runId));
  return run === undefined ? undefined : Date.parse(run.endedAt ?? run.startedAt);
};

const titles = { fleet: 'Fleet', calendar: 'Calendar' };

function show(next: Seen) {
  seen = next;
  open?.it.close();
  open = undefined;
  delete main.dataset.state;
  const series = seen.view === 'series' ? find(seen.series) : undefined;
  const named = series === undefined ? undefined : `${series.team} ${series.metric}`;
  document.title = `${named ?? (seen.view === 'series' ? 'No such series' : titles[seen.view])} · CloudTune`;
  choose.textContent = series === undefined ? 'Choose a series' : `${series.team} · ${series.metric}`;
  for (const view of ['fleet', 'calendar'] as const) {
    if (seen.view === view) byId(`to-${view}`).setAttribute('aria-current', 'page');
    else byId(`to-${view}`).removeAttribute('aria-current');
  }
  list();
  if (seen.view === 'fleet') open = { view: 'fleet', it: openFleet(main, linkTo) };
  else if (seen.view === 'calendar')
    open = {
      view: 'calendar',
      it: openCalendar(main, seen.place, (place) => remember({ view: 'calendar', place })),
    };
  else if (series === undefined)
    say('No such series', `There is no series "${seen.series}". Choose one from the list.`);
  else {
    const id = series.seriesId;
    open = {
      view: 'series',
      it: openView(main, { series, runs: runsOf(series.region), place: seen.place }, (place) =>
        remember({ view: 'series', series: id, place }),
      ),
    };
  }
  if (open?.view === 'fleet') open.it.update(all, runTime);
}

const find = (id: string) => all.find((one) => one.seriesId === id);

/** What moved within a view: no step back leads there. */
function remember(moved: Seen) {
  seen = moved;
  history.replaceState(null, '', addressOf(moved));
}

const list = () => drawList(all, seen.view === 'series' ? seen.series : undefined, pick);

function go(next: Seen) {
  history.pushState(null, '', addressOf(next));
  openSide(false);
  show(next);
  scrollTo(0, 0);
}

const pick = (id: string) => go({ view: 'series', series: id, place: { span: undefined } });

/** A link that stays on the page, unless a person wants it in a new tab. */
const follow = (next: Seen) => (event: Event) => {
  const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
  if (ctrlKey || metaKey || shiftKey) return;
  event.preventDefault();
  go(next);
};

function linkTo(id: string) {
  const next: Seen = { view: 'series', series: id, place: { span: undefined } };
  return { href: addressOf(next), click: follow(next) };
}

function openSide(wide: boolean) {
  side.classList.toggle('open', wide);
  choose.setAttribute('aria-expanded', String(wide));
}

/** A page without a view: empty, loading or failed. */
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
      { tabindex: '0' },
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

/** Tells the open view what the lists say now, and opens one where none is. */
function update() {
  if (open?.view === 'fleet') return open.it.update(all, runTime);
  if (open?.view === 'calendar') return open.it.update();
  if (all.length === 0 && seen.view !== 'calendar') return sayEmpty();
  const current = seen.view === 'series' ? find(seen.series) : undefined;
  if (open === undefined || current === undefined) return show(seen);
  open.it.update(current, runsOf(current.region));
}

const isSeen = ({ seriesId }: Series) => seen.view === 'series' && seriesId === seen.series;

/** Reads the lists, and again soon while a run is under way or the API does not answer. */
async function look() {
  let soon = false;
  try {
    const [series, latest] = await Promise.all([readSeries(), readRuns()]);
    runs = latest;
    soon = runs.some((run) => run.status === 'running') || series.some((one) => one.forecast === undefined);
    sayRun();
    // Totals need a question for each region: what is seen first need not wait for them.
    if (open === undefined && (seen.view !== 'series' || series.some(isSeen))) {
      all = series;
      list();
      update();
    }
    const regions = [...new Set(series.map((one) => one.region))];
    all = [...(await Promise.all(regions.map(readTotals))).flat(), ...series];
    list();
    update();
  } catch (error) {
    soon = true;
    const why = error instanceof Error ? error.message : String(error);
    if (open === undefined)
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
byId('to-fleet').addEventListener('click', follow({ view: 'fleet' }));
byId('to-calendar').addEventListener('click', follow({ view: 'calendar', place: { span: undefined } }));
choose.addEventListener('click', () => openSide(!side.classList.contains('open')));
addEventListener('popstate', () => show(seenAt(location.search)));
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') openSide(false);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  if (open?.view === 'series') open.it.redraw();
});
// The calendar needs no series to be seen.
if (seen.view === 'calendar') show(seen);
else main.replaceChildren(element('div', { class: 'loading', role: 'status' }, 'Reading the series…'));
void look();
