import type { Run, Series } from './api.ts';
import { element } from './elements.ts';
import { ago, countWords, date, percent, runWords, step, trouble } from './words.ts';

/** The plain words around the chart: what is wrong, how good the forecast was, and what ran. */

export function heading(series: Series): HTMLElement {
  const facts = [
    series.region,
    series.timeZone,
    ...(series.total
      ? ['total of the region']
      : [
          step(series.stepSeconds),
          `observed ${date(Date.parse(series.firstTime), series.timeZone)} – ${date(Date.parse(series.lastTime), series.timeZone)}`,
        ]),
  ];
  return element(
    'div',
    { class: 'heading' },
    element('h1', {}, series.team, element('span', {}, series.metric)),
    element('p', {}, ...facts.flatMap((fact, i) => (i === 0 ? [fact] : [separator(), fact]))),
  );
}

const separator = () => element('span', { class: 'dot', 'aria-hidden': 'true' }, '·');

export function notice(series: Series): HTMLElement | undefined {
  const words = trouble(series);
  return words === undefined
    ? undefined
    : element(
        'div',
        { class: `notice ${words.tone}`, role: 'status' },
        element('strong', {}, words.title),
        element('p', {}, words.why),
      );
}

/** A run that failed says so above everything, since all its series are then older than they should be. */
export function failedRun(series: Series, run: Run | undefined, now: number): HTMLElement | undefined {
  if (run?.status !== 'failed') return undefined;
  const meanwhile = series.forecast === undefined ? '' : ': what you see is older, from the last good run';
  const why = [run.error, run.cause].filter((part) => part !== undefined && part !== '').join(': ');
  return element(
    'div',
    { class: 'notice failed', role: 'status' },
    element('strong', {}, `${runWords(run, now)}${meanwhile}.`),
    element('p', {}, why === '' ? `${run.runId} left no reason` : why),
  );
}

function tile(label: string, value: string, ...notes: (HTMLElement | string)[]): HTMLElement {
  return element(
    'div',
    { class: 'tile' },
    element('h3', {}, label),
    element('p', { class: 'value' }, value),
    ...notes.map((note) => (typeof note === 'string' ? element('p', { class: 'note' }, note) : note)),
  );
}

/** Two bars on one scale: the model's error and the seasonal naive's. */
function errorBars(wape: number, naive: number): HTMLElement {
  const longest = Math.max(wape, naive, Number.EPSILON);
  const bar = (label: string, share: number, kind: string) => {
    const fill = element('span', { class: `fill ${kind}` });
    fill.style.width = `${Math.max(2, (share / longest) * 100)}%`;
    return element(
      'div',
      { class: 'bar' },
      element('span', { class: 'label' }, label),
      element('span', { class: 'amount' }, percent(share)),
      element('span', { class: 'track' }, fill),
    );
  };
  return element(
    'div',
    { class: 'bars' },
    bar('this forecast', wape, 'own'),
    bar('last week repeated', naive, 'naive'),
  );
}

export function tiles(series: Series, run: Run | undefined, now: number): HTMLElement {
  const forecast = series.forecast;
  const accuracy = forecast?.accuracy;
  const made: HTMLElement[] = [];
  if (accuracy !== undefined) {
    const better = 1 - accuracy.wape / accuracy.naiveWape;
    made.push(
      tile(
        'Error in backtests (WAPE)',
        percent(accuracy.wape),
        Number.isFinite(better)
          ? `${percent(Math.abs(better))} ${better >= 0 ? 'less' : 'more'} than the seasonal naive`
          : 'the seasonal naive made no error',
        errorBars(accuracy.wape, accuracy.naiveWape),
      ),
      tile(
        'Inside the 80 % band',
        percent(accuracy.coverage),
        `of what came, in ${accuracy.origins} backtest${accuracy.origins === 1 ? '' : 's'} of ${accuracy.horizonDays} days`,
      ),
    );
  }
  if (forecast?.cutoff !== undefined && forecast.horizonEnd !== undefined)
    made.push(
      tile(
        'Forecast',
        date(Date.parse(forecast.cutoff), series.timeZone),
        `until ${date(Date.parse(forecast.horizonEnd), series.timeZone)}`,
        forecast.modelRunId === undefined ? '' : `model of run ${forecast.modelRunId}`,
      ),
    );
  made.push(
    run === undefined
      ? tile('Last run', 'none yet', 'npx cloudtune refresh starts one')
      : tile(
          'Last run',
          run.status,
          ago(Date.parse(run.endedAt ?? run.startedAt), now),
          run.counts === undefined ? '' : countWords(run.counts),
          run.runId,
        ),
  );
  return element('div', { class: 'tiles' }, ...made);
}
