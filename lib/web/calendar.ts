import type { CalendarPlace } from './address.ts';
import type { Span } from './api.ts';
import { spanIn, usualSpan } from './bars.ts';
import {
  type CalendarChange,
  type Notice,
  type Region,
  readCalendar,
  readCalendarChanges,
  readNotices,
  readRegions,
  type VersionedEntry,
} from './calendar-api.ts';
import { csvButton } from './csv.ts';
import { openEditor } from './editor.ts';
import { element } from './elements.ts';
import { timeline } from './timeline.ts';
import { ago, instant } from './words.ts';
import { day } from './zoom.ts';

/** What is planned, for all regions, and what changes of it did. */

export interface CalendarView {
  /** Reads all anew. */
  update(): void;
  close(): void;
}

const lengths = [
  { label: '2 weeks', days: 14 },
  { label: '6 weeks', days: 42 },
  { label: '6 months', days: 182 },
];
/** Rows of the list; a filter finds the others. */
const mostListed = 100;

interface Known {
  version: number;
  events: VersionedEntry[];
  regions: Region[];
}

export function openCalendar(
  main: HTMLElement,
  start: CalendarPlace,
  onMove: (place: CalendarPlace) => void,
): CalendarView {
  let { span, event: chosen } = start;
  let known: Known | undefined;
  let editor: ReturnType<typeof openEditor> | undefined;
  let wanted = '';
  let asked = 0;
  /** What was done, until the calendar is read with it. */
  let toSay: string | undefined;
  const closing = new AbortController();

  const state = element('div', { role: 'status', class: 'state' });
  const picture = element('div', {});
  const editing = element('div', {});
  const list = element('div', {
    class: 'scroll tall',
    tabindex: '0',
    role: 'region',
    'aria-label': 'List of events',
  });
  const told = element('div', { class: 'learned' });
  const filter = element('input', {
    type: 'search',
    class: 'find',
    placeholder: 'Filter events',
    'aria-label': 'Filter events',
    autocomplete: 'off',
  });
  filter.addEventListener('input', () => {
    wanted = filter.value.trim().toLowerCase();
    drawList();
  });
  const toolbar = element('div', { class: 'toolbar' });
  main.replaceChildren(
    element(
      'div',
      { class: 'heading' },
      element('h1', {}, 'Calendar'),
      element('p', {}, 'What is planned, in every region: past editions of a kind teach the coming ones.'),
    ),
    state,
    element('section', { class: 'chart', 'aria-label': 'Timeline' }, toolbar, picture),
    editing,
    element(
      'section',
      { class: 'panel', 'aria-label': 'Events' },
      element(
        'h2',
        {},
        'Events',
        filter,
        csvButton(
          () => 'calendar',
          () => [
            [
              'id',
              'kind',
              'name',
              'start',
              'end',
              'status',
              'scale',
              'like',
              'regions',
              'teams',
              'metrics',
              'version',
            ],
            ...listed().map(({ event: e, version }) => [
              e.id,
              e.kind,
              e.name,
              e.start,
              e.end,
              e.status ?? 'confirmed',
              e.scale,
              e.like,
              e.regions?.join(' '),
              e.teams?.join(' '),
              e.metrics?.join(' '),
              version,
            ]),
          ],
        ),
      ),
      list,
    ),
    told,
  );

  const shownSpan = (): Span => span ?? usualSpan(known?.events ?? [], Date.now());

  function move(to: Span | undefined) {
    span = to;
    onMove({ span, event: chosen });
    draw();
  }

  function choose(id: string | undefined, words = '') {
    chosen = id;
    onMove({ span, event: chosen });
    draw();
    edit(words);
    editing.querySelector<HTMLElement>('input:not([readonly])')?.focus({ preventScroll: id === '' });
    if (id !== undefined) editing.scrollIntoView({ block: 'nearest' });
  }

  function drawToolbar() {
    const { start: from, end } = shownSpan();
    const length = end - from;
    const button = (label: string, name: string, click: () => void) =>
      element('button', { type: 'button', click, 'aria-label': name, title: name }, label);
    const group = (name: string, ...buttons: HTMLElement[]) =>
      element('div', { class: 'segments', role: 'group', 'aria-label': name }, ...buttons);
    toolbar.replaceChildren(
      group(
        'Length shown',
        ...lengths.map(({ label, days }) => {
          const made = button(label, `Show ${label}`, () =>
            move({ start: from + (length - days * day) / 2, end: from + (length + days * day) / 2 }),
          );
          made.setAttribute('aria-pressed', String(Math.abs(length / day - days) < 0.1));
          return made;
        }),
      ),
      group(
        'Move',
        button('←', 'Earlier', () => move({ start: from - length / 2, end: end - length / 2 })),
        button('→', 'Later', () => move({ start: from + length / 2, end: end + length / 2 })),
        button('Coming', 'Back to what is coming', () => move(undefined)),
      ),
      element('button', { type: 'button', class: 'primary', click: () => choose('') }, 'New event'),
    );
  }

  function listed(): VersionedEntry[] {
    const { start: from, end } = shownSpan();
    return (known?.events ?? [])
      .filter(({ event }) => {
        if (wanted !== '') return JSON.stringify(event).toLowerCase().includes(wanted);
        const own = spanIn(event, 'UTC');
        return own.end > from && own.start < end;
      })
      .sort((a, b) => a.event.start.localeCompare(b.event.start));
  }

  function drawList() {
    if (known === undefined) return;
    const found = listed();
    if (found.length === 0) {
      const words =
        known.events.length === 0
          ? 'Nothing is planned yet: “New event” above, or npx cloudtune calendar import FILE.ics'
          : wanted === ''
            ? `Nothing is planned here; the calendar has ${known.events.length} events at other times.`
            : 'No event matches.';
      list.replaceChildren(element('p', { class: 'note' }, words));
      return;
    }
    const heads = ['Event', 'Kind', 'Where', 'Start', 'End', 'Scale', 'Status'];
    list.replaceChildren(
      element(
        'table',
        { class: 'events' },
        element(
          'thead',
          {},
          element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
        ),
        element('tbody', {}, ...found.slice(0, mostListed).map(row)),
      ),
      ...(found.length > mostListed
        ? [element('p', { class: 'note' }, `and ${found.length - mostListed} more: a filter finds them`)]
        : []),
    );
  }

  function row({ event, warnings }: VersionedEntry): HTMLElement {
    const status = event.status ?? 'confirmed';
    const where = [event.regions, event.teams, event.metrics]
      .flatMap((names) => (names === undefined ? [] : [names.join(', ')]))
      .join(' · ');
    const own = known!.regions.filter(({ region }) => event.regions?.includes(region) ?? true);
    const time = (text: string | undefined) => {
      if (text === undefined) return '–';
      const zone = own[0]?.timeZone ?? 'UTC';
      return own.length === 1
        ? instant(spanIn({ ...event, start: text }, zone).start, zone)
        : text.replace('T', ' ');
    };
    return element(
      'tr',
      { 'data-event': event.id },
      element(
        'th',
        { scope: 'row' },
        element('button', { type: 'button', click: () => choose(event.id) }, event.name ?? event.id),
        ...warnings.map(({ warning }) => element('span', { class: 'warning' }, warning)),
      ),
      ...[event.kind, where || 'everywhere', time(event.start), time(event.end), event.scale ?? '–'].map(
        (value) => element('td', {}, String(value)),
      ),
      element('td', {}, element('span', { class: `badge ${status}` }, status)),
    );
  }

  /** What stands below is read after what stands above is seen. */
  async function readTold() {
    try {
      const [changes, notices] = await Promise.all([
        readCalendarChanges(closing.signal),
        readNotices(closing.signal),
      ]);
      drawTold(changes, notices);
    } catch (error) {
      if (closing.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      told.replaceChildren(element('p', { class: 'note' }, `Changes and notices could not be read: ${why}`));
    }
  }

  function drawTold(changes: CalendarChange[], notices: Notice[]) {
    const now = Date.now();
    const lines = changes.map(({ time, author, reason, events, version }) =>
      element(
        'li',
        {},
        `${ago(Date.parse(time), now)}, ${author}${reason === undefined ? '' : `: “${reason}”`} – `,
        events.length === 1
          ? `${events[0]!.after === undefined ? 'removed' : events[0]!.before === undefined ? 'added' : 'changed'} ${(events[0]!.after ?? events[0]!.before)?.name ?? events[0]!.id}`
          : `${events.length} events`,
        ` (version ${version})`,
      ),
    );
    const panel = (title: string, empty: string, items: HTMLElement[]) =>
      element(
        'section',
        { class: 'panel', 'aria-label': title },
        element('h2', {}, title),
        items.length === 0 ? element('p', { class: 'note' }, empty) : element('ul', {}, ...items),
      );
    told.replaceChildren(
      panel(
        'What changes did to the peaks',
        'No change has moved a forecast yet.',
        notices.flatMap(({ team, region, words }) =>
          words.map((sentence) => element('li', {}, element('strong', {}, `${team}/${region}: `), sentence)),
        ),
      ),
      panel('Who changed what', 'Nobody has changed anything yet.', lines),
    );
  }

  function draw() {
    if (known === undefined) return;
    drawToolbar();
    picture.replaceChildren(
      timeline(known.events, known.regions, shownSpan(), { chosen, now: Date.now(), onChoose: choose }),
    );
    drawList();
    main.dataset.state = 'drawn';
  }

  const done = (words: string) => element('p', { class: 'kept', role: 'status', tabindex: '-1' }, words);

  function edit(words = '') {
    editor?.close();
    editor = undefined;
    const stored = known?.events.find(({ event }) => event.id === chosen);
    editing.replaceChildren(...(words === '' ? [] : [done(words)]));
    editing.querySelector<HTMLElement>('.kept')?.focus({ preventScroll: true });
    if (chosen === undefined || known === undefined) return;
    if (stored === undefined && chosen !== '') {
      editing.append(element('p', { class: 'note' }, `The calendar has no event "${chosen}".`));
      return;
    }
    editor = openEditor(stored, [...new Set(known.events.map(({ event }) => event.kind))], {
      changed: (id, what) => {
        // The form stood on a version that is gone: it comes again with the new one.
        chosen = id;
        editor?.close();
        editor = undefined;
        editing.replaceChildren(done(what));
        toSay = what;
        void read();
      },
      close: () => choose(undefined),
    });
    editing.append(editor.element);
  }

  /** Reads all anew; the form keeps what a person is writing in it unless something was done. */
  async function read() {
    const own = ++asked;
    try {
      const [calendar, regions] = await Promise.all([
        readCalendar(closing.signal),
        readRegions(closing.signal),
      ]);
      // What was asked before a change may come after it, and is old.
      if (own !== asked) return;
      const first = known === undefined;
      known = { ...calendar, regions };
      state.replaceChildren();
      draw();
      void readTold();
      if (first || toSay !== undefined) edit(toSay);
      if (toSay !== undefined) onMove({ span, event: chosen });
      toSay = undefined;
    } catch (error) {
      if (closing.signal.aborted || own !== asked) return;
      const why = error instanceof Error ? error.message : String(error);
      state.replaceChildren(
        element(
          'div',
          { class: 'notice failed' },
          element(
            'strong',
            {},
            known === undefined
              ? 'The calendar could not be read.'
              : 'The calendar could not be read again: this is as it was.',
          ),
          element('p', {}, why),
          element('button', { type: 'button', click: () => void read() }, 'Try again'),
        ),
      );
      main.dataset.state = known === undefined ? 'failed' : 'stale';
    }
  }

  picture.replaceChildren(element('p', { class: 'note', role: 'status' }, 'Reading the calendar …'));
  void read();
  return {
    update() {
      // The lists come while it is read for the first time.
      if (known !== undefined) void read();
    },
    close() {
      closing.abort();
      editor?.close();
      delete main.dataset.state;
    },
  };
}
