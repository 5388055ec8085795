import type { Forecast, Grain, PlannedEvent, Series, Span } from './api.ts';
import {
  askWhatIf,
  type CalendarEntry,
  type EventPeak,
  putEntry,
  Refused,
  readEntry,
  supposedForecast,
  type VersionedEntry,
  type WhatIf,
  type WhatIfPeak,
} from './calendar-api.ts';
import { textLike } from './calendar-time.ts';
import { conflictBox, refusalBox } from './conflict.ts';
import { csvButton } from './csv.ts';
import { element } from './elements.ts';
import { instant, moment, number } from './words.ts';

/** An event moved on the chart: what its forecast would be, until a person keeps it or lets it go. */
export interface Supposing {
  panel: HTMLElement;
  /** The event as it is supposed now. */
  readonly event: PlannedEvent | undefined;
  move(event: PlannedEvent): void;
  /** Asks again, for another window. */
  ask(): void;
  discard(): void;
  close(): void;
}

interface Around {
  series(): Series;
  /** What of the window is forecast. */
  window(): { span: Span; grain: Grain } | undefined;
  /** The supposed event or forecast is another one, or gone. */
  changed(forecast: Forecast | undefined): void;
  /** It stands in the calendar. */
  kept(): void;
}

export function openSupposing(around: Around): Supposing {
  let event: PlannedEvent | undefined;
  let seen: VersionedEntry | undefined;
  let answer: WhatIf | undefined;
  let asking: AbortController | undefined;
  /** Moved again while an answer was awaited. */
  let again = false;
  const closing = new AbortController();
  const reason = element('input', { type: 'text', maxlength: '500', placeholder: 'why (optional)' });
  reason.setAttribute('aria-label', 'Reason of the change');
  const body = element('div', {});
  const said = element('div', { class: 'said' });
  const panel = element('section', { class: 'panel suppose', 'aria-label': 'What if' });
  panel.hidden = true;
  const keepButton = element(
    'button',
    { type: 'button', class: 'primary', click: () => void keep() },
    'Keep',
  );
  const actions = element(
    'p',
    { class: 'actions' },
    reason,
    keepButton,
    element('button', { type: 'button', click: () => discard() }, 'Discard'),
  );

  /** The calendar's entry as a person has moved it, written as it was written. */
  const entryOf = (stored: CalendarEntry, moved: PlannedEvent): CalendarEntry => {
    const { timeZone } = around.series();
    const end = moved.end === undefined ? undefined : Date.parse(moved.end);
    return {
      ...stored,
      start: textLike(stored.start, Date.parse(moved.start), timeZone),
      ...(end !== undefined && { end: textLike(stored.end ?? stored.start, end, timeZone) }),
    };
  };

  async function ask() {
    if (event === undefined) return;
    if (asking !== undefined) {
      again = true;
      return;
    }
    asking = new AbortController();
    panel.classList.add('reading');
    try {
      do {
        again = false;
        const moved: PlannedEvent = event;
        if (seen?.event.id !== moved.id) seen = await readEntry(moved.id, closing.signal);
        const change = { op: 'put' as const, event: entryOf(seen.event, moved) };
        const found = await askWhatIf([around.series().seriesId], [change], around.window(), asking.signal);
        answer = found;
        around.changed(supposedForecast(found));
        say();
      } while (again);
    } catch (error) {
      if (closing.signal.aborted || asking.signal.aborted) return;
      answer = undefined;
      around.changed(undefined);
      say(refusalBox(error));
    } finally {
      asking = undefined;
      panel.classList.remove('reading');
    }
  }

  async function keep(version = seen?.version) {
    if (event === undefined || seen === undefined) return;
    const entry = entryOf(seen.event, event);
    keepButton.disabled = true;
    try {
      const kept = await putEntry(entry, version, reason.value);
      clear();
      panel.hidden = false;
      panel.replaceChildren(
        element(
          'p',
          { class: 'kept', role: 'status' },
          `Kept: ${kept.event.name ?? kept.event.id} is now ${kept.event.start}${kept.event.end === undefined ? '' : ` to ${kept.event.end}`} in the calendar (version ${kept.version}). What it touches is forecast anew within a minute.`,
        ),
      );
      around.kept();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412) say(refusalBox(error));
      else
        say(
          conflictBox(entry, error, {
            theirs: () => {
              discard();
              around.kept();
            },
            mine: () => void keep(error.version),
          }),
        );
    } finally {
      keepButton.disabled = false;
    }
  }

  function clear() {
    asking?.abort();
    asking = undefined;
    event = undefined;
    seen = undefined;
    answer = undefined;
    around.changed(undefined);
  }

  function discard() {
    clear();
    panel.hidden = true;
    panel.replaceChildren();
  }

  function say(trouble?: HTMLElement) {
    if (event === undefined) return;
    const { timeZone } = around.series();
    const time = (text: string) => instant(Date.parse(text), timeZone);
    panel.hidden = false;
    body.replaceChildren(
      element(
        'h2',
        {},
        `What if ${event.name ?? event.kind} were from ${time(event.start)}${event.end === undefined ? '' : ` to ${time(event.end)}`}?`,
        csvButton(
          () => `what-if ${around.series().seriesId}`,
          () => peakRows(answer?.series[0]?.peaks ?? []),
        ),
      ),
      answer === undefined
        ? element('p', { class: 'note', role: 'status' }, trouble === undefined ? 'Forecasting …' : '')
        : peakTable(answer.series[0]?.peaks ?? [], timeZone),
      ...(answer?.refused ?? []).map(({ reason: why }) => element('p', { class: 'note' }, why)),
      ...(answer?.warnings ?? []).map(({ event: id, warning }) =>
        element('p', { class: 'note' }, `${id}: ${warning}`),
      ),
    );
    said.replaceChildren(...(trouble === undefined ? [] : [trouble]));
    if (!actions.isConnected || panel.firstChild !== body) panel.replaceChildren(body, actions, said);
  }

  return {
    panel,
    get event() {
      return event;
    },
    move(moved) {
      event = moved;
      around.changed(answer === undefined ? undefined : supposedForecast(answer));
      say();
      void ask();
    },
    ask: () => void ask(),
    discard,
    close() {
      closing.abort();
      asking?.abort();
    },
  };
}

const probabilities = ['0.5', '0.9', '0.99'];

/** Peaks of what is published and of what is supposed, one below the other. */
export function peakTable(peaks: readonly WhatIfPeak[], timeZone: string): HTMLElement {
  const row = (name: string, peak: EventPeak | undefined) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...probabilities.map((p) => {
        const value = peak?.quantiles[p];
        return element('td', {}, value === undefined ? '–' : number(value));
      }),
      element('td', {}, peak === undefined ? '–' : moment(Date.parse(peak.time), timeZone)),
    );
  const change = ({ published, whatIf }: WhatIfPeak) =>
    element(
      'tr',
      { class: 'change' },
      element('th', { scope: 'row' }, 'change'),
      ...probabilities.map((p) => {
        const [before, after] = [published?.quantiles[p], whatIf?.quantiles[p]];
        return element(
          'td',
          {},
          before === undefined || after === undefined ? '–' : share(after / before - 1),
        );
      }),
      element('td', {}, ''),
    );
  return element(
    'div',
    { class: 'scroll', tabindex: '0' },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['highest step', 'P50', 'P90', 'P99', 'most likely'].map((head) =>
            element('th', { scope: 'col' }, head),
          ),
        ),
      ),
      ...peaks.map((peak) =>
        element('tbody', {}, row('published', peak.published), row('what if', peak.whatIf), change(peak)),
      ),
    ),
  );
}

export function peakRows(peaks: readonly WhatIfPeak[]) {
  const cells = (peak: EventPeak | undefined) => [
    ...probabilities.map((p) => peak?.quantiles[p]),
    peak?.time,
  ];
  return [
    ['event', 'forecast', 'P50', 'P90', 'P99', 'time'],
    ...peaks.flatMap(({ event, published, whatIf }) => [
      [event, 'published', ...cells(published)],
      [event, 'what if', ...cells(whatIf)],
    ]),
  ];
}

/** A change with its sign, as a person writes it. */
export const share = (value: number): string =>
  Number.isFinite(value)
    ? `${value < 0 ? '−' : '+'}${(Math.abs(value) * 100).toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`
    : '–';
