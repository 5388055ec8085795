import type { Span } from './api.ts';

/** What of a series' view the address holds. */
export interface Place {
  /** When a person moved it. */
  span: Span | undefined;
  /** As it was seen so many days before. */
  past?: number | undefined;
  /** An event that is supposed to lie elsewhere. */
  supposed?: { id: string; start: string; end?: string } | undefined;
}

export interface CalendarPlace {
  span: Span | undefined;
  /** The event in the form; an empty text: a new one. */
  event?: string | undefined;
}

/** What the address says is seen: all of it can be linked. */
export type Seen =
  | { view: 'fleet' }
  | { view: 'calendar'; place: CalendarPlace }
  | { view: 'series'; series: string; place: Place };

const spanOf = (query: URLSearchParams): Span | undefined => {
  const start = Date.parse(query.get('start') ?? '');
  const end = Date.parse(query.get('end') ?? '');
  return start < end ? { start, end } : undefined;
};

/** `ID=START..END`, as the command takes it. */
function supposedOf(text: string | null): Place['supposed'] {
  const found = /^(.+)=([^=]+?)(?:\.\.([^=]+))?$/.exec(text ?? '');
  if (found === null || [found[2], found[3] ?? found[2]].some((time) => Number.isNaN(Date.parse(time!))))
    return undefined;
  return { id: found[1]!, start: found[2]!, ...(found[3] !== undefined && { end: found[3] }) };
}

export function seenAt(search: string): Seen {
  const query = new URLSearchParams(search);
  const series = query.get('series');
  if (query.get('view') === 'calendar')
    return { view: 'calendar', place: { span: spanOf(query), event: query.get('event') ?? undefined } };
  if (series === null) return { view: 'fleet' };
  const past = Number(query.get('before'));
  return {
    view: 'series',
    series,
    place: {
      span: spanOf(query),
      past: past > 0 ? past : undefined,
      supposed: supposedOf(query.get('move')),
    },
  };
}

export function addressOf(seen: Seen): string {
  const query = new URLSearchParams();
  if (seen.view === 'calendar') query.set('view', 'calendar');
  if (seen.view === 'series') query.set('series', seen.series);
  const span = seen.view === 'fleet' ? undefined : seen.place.span;
  if (span !== undefined) {
    query.set('start', new Date(span.start).toISOString());
    query.set('end', new Date(span.end).toISOString());
  }
  if (seen.view === 'calendar' && seen.place.event !== undefined) query.set('event', seen.place.event);
  if (seen.view === 'series') {
    const { past, supposed } = seen.place;
    if (past !== undefined) query.set('before', String(past));
    if (supposed !== undefined)
      query.set(
        'move',
        `${supposed.id}=${supposed.start}${supposed.end === undefined ? '' : `..${supposed.end}`}`,
      );
  }
  // "/" and ":" may stand in a query as they are, and are easier to read.
  const text = query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
  return text === '' ? '/' : `?${text}`;
}
