import { describe, expect, it } from 'vitest';
import {
  calendarChanges,
  calendarDocument,
  calendarEventsAnswer,
  eventAnswer,
} from '../../lib/service/contracts/calendar.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { memoryRegion } from '../service/region.ts';

const sale = { id: 'bf 26', kind: 'sale', start: '2026-11-27', end: '2026-11-28' };

function opened() {
  const { api, now, ports } = memoryRegion();
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    api(
      new Request(`http://api/v1/calendar${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  const path = (id: string) => `/events/${encodeURIComponent(id)}`;
  return {
    now,
    ports,
    ask,
    create: (event: { id: string }, headers = {}) =>
      ask('PUT', path(event.id), event, { 'if-none-match': '*', ...headers }),
    put: (event: { id: string }, version: string) =>
      ask('PUT', path(event.id), event, { 'if-match': version }),
    remove: (id: string, version: string) => ask('DELETE', path(id), undefined, { 'if-match': version }),
    get: (id: string) => ask('GET', path(id)),
    all: async (query = '') => calendarDocument.parse(await (await ask('GET', query)).json()).events,
    changes: async (query = '') => calendarChanges.parse(await (await ask('GET', `/changes${query}`)).json()),
  };
}

describe('two planners', () => {
  it('who edit one event at once: one gets 412 with what the other has put there, and nothing is lost', async () => {
    const { create, get, put } = opened();
    expect((await create(sale)).status).toBe(201);
    const seen = (await get(sale.id)).headers.get('etag')!;
    const [first, second] = await Promise.all([
      put({ ...sale, end: '2026-11-29' } as typeof sale, seen),
      put({ ...sale, start: '2026-11-26' } as typeof sale, seen),
    ]);
    const [won, lost] = first.status === 200 ? [first, second] : [second, first];
    expect([won.status, lost.status]).toEqual([200, 412]);
    const there = eventAnswer.parse(await won.json());
    expect(problem.parse(await lost.json()).current).toEqual(there.event);
    expect(lost.headers.get('etag')).toBe(`"${there.version}"`);
    expect(eventAnswer.parse(await (await get(sale.id)).json()).event).toEqual(there.event);
  });

  it('who edit two events at once both get through', async () => {
    const { create, all } = opened();
    const ids = Array.from({ length: 6 }, (_, i) => `e${i}`);
    const answers = await Promise.all(ids.map((id) => create({ ...sale, id, name: id } as typeof sale)));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 201));
    expect((await all()).map(({ id }) => id).sort()).toEqual(ids);
  });

  it('who create the same event: the second is told that it is there', async () => {
    const { create } = opened();
    await create(sale);
    const again = await create({ ...sale, name: 'other' } as typeof sale);
    expect(again.status).toBe(412);
    expect(problem.parse(await again.json()).detail).toContain('send If-Match: "1"');
  });

  it('who change what was removed are told so, and may not overwrite unseen', async () => {
    const { create, remove, put, ask } = opened();
    await create(sale);
    expect((await remove(sale.id, '"1"')).status).toBe(204);
    const late = await put({ ...sale, end: '2026-11-30' } as typeof sale, '"1"');
    expect([late.status, problem.parse(await late.json()).detail]).toEqual([
      412,
      expect.stringContaining('it was removed'),
    ]);
    expect((await remove(sale.id, '*')).status).toBe(404);
    expect((await ask('PUT', '/events/x', { ...sale, id: 'x' })).status).toBe(428);
  });
});

describe('the calendar', () => {
  it('tells who changed what, when and why, the latest first, with what was before', async () => {
    const { create, put, changes, now, ask } = opened();
    await create(sale, { 'cloudtune-caller': encodeURIComponent('Zoë') });
    now.ms += 1000;
    const moved = { ...sale, end: '2026-11-29' };
    await put(moved, '"1"');
    await ask('DELETE', `/events/${encodeURIComponent(sale.id)}?reason=no%20stock`, undefined, {
      'if-match': '"2"',
    });
    const { changes: found } = await changes();
    expect(found.map(({ version, author, reason, events }) => ({ version, author, reason, events }))).toEqual(
      [
        { version: 3, author: 'unknown', reason: 'no stock', events: [{ id: sale.id, before: moved }] },
        {
          version: 2,
          author: 'unknown',
          reason: undefined,
          events: [{ id: sale.id, before: sale, after: moved }],
        },
        { version: 1, author: 'Zoë', reason: undefined, events: [{ id: sale.id, after: sale }] },
      ],
    );
    const first = await changes('?limit=2');
    expect(first.changes.map(({ version }) => version)).toEqual([3, 2]);
    expect((await changes(`?limit=2&nextToken=${first.nextToken}`)).changes[0]!.version).toBe(1);
  });

  it('can be asked what it said at any time', async () => {
    const { create, put, all, now } = opened();
    const before = new Date(now.ms - 1).toISOString();
    await create(sale);
    const between = new Date(now.ms).toISOString();
    now.ms += 60_000;
    await put({ ...sale, end: '2026-11-29' } as typeof sale, '*');
    expect(await all(`?at=${before}`)).toEqual([]);
    expect(await all(`?at=${between}`)).toEqual([sale]);
    expect((await all())[0]!.end).toBe('2026-11-29');
  });

  it('gives later versions later times, though a clock goes back', async () => {
    const { create, put, changes, now } = opened();
    await create(sale);
    now.ms -= 3_600_000;
    await put({ ...sale, end: '2026-11-29' } as typeof sale, '"1"');
    const [second, first] = (await changes()).changes;
    expect(Date.parse(second!.time)).toBeGreaterThan(Date.parse(first!.time));
  });

  it('warns of a first edition and of editions that overlap, and says what is assumed', async () => {
    const { create, ask } = opened();
    const first = eventAnswer.parse(
      await (await create({ ...sale, start: '2026-12-27', end: '2026-12-28' } as typeof sale)).json(),
    );
    expect(first.warnings.map(({ warning }) => warning)).toEqual([
      expect.stringContaining('half of what the events of all kinds did is assumed'),
    ]);
    await create({ ...sale, id: 'old', start: '2025-11-28', end: '2025-11-29' } as typeof sale);
    await create({ ...sale, id: 'twin', start: '2026-12-27T12:00', end: '2026-12-29' } as typeof sale);
    const answer = await ask('GET', '/events?kind=sale&status=confirmed');
    const { events } = calendarEventsAnswer.parse(await answer.json());
    const warningsOf = (id: string) => events.find(({ event }) => event.id === id)!.warnings;
    expect(warningsOf('old')).toEqual([]);
    expect(warningsOf('twin')).toEqual([
      { event: 'twin', warning: expect.stringContaining('overlaps "bf 26"') },
    ]);
  });

  it('is changed by nothing that is refused: every answer names the field', async () => {
    const { create, changes } = opened();
    for (const [event, at] of [
      [{ ...sale, end: '2026-11-27' }, 'end'],
      [{ ...sale, regions: ['mars'] }, 'regions.0'],
      [{ ...sale, start: 'soon' }, 'start'],
    ] as const) {
      const answer = await create(event as typeof sale);
      expect(answer.status).toBe(400);
      expect(problem.parse(await answer.json()).errors![0]!.at).toContain(at);
    }
    expect((await changes()).changes).toEqual([]);
  });
});

describe('what is not confirmed', () => {
  it('moves no forecast', async () => {
    const { ports, planEvents } = memoryRegion();
    const { eventsOf } = await import('../../lib/service/calendar-events.ts');
    await planEvents(
      { ...sale, id: 'draft', name: 'd', status: 'draft' },
      { ...sale, id: 'cancelled', name: 'c', status: 'cancelled' },
      { ...sale, id: 'sure', name: 's', status: 'confirmed', note: 'for people' },
      { ...sale, id: 'plain' },
    );
    const { document } = await ports.calendar.read();
    const events = eventsOf(document, { team: 'a', region: 'eu', metric: 'm' }, 'UTC');
    expect(events.map(({ id }) => id)).toEqual(['plain', 'sure']);
    expect(events[1]).not.toHaveProperty('note');
    expect(events[1]).not.toHaveProperty('status');
  });
});
