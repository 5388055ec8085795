import { describe, expect, it } from 'vitest';
import { calendarDocument } from '../../lib/service/contracts/calendar.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { memoryRegion } from '../service/region.ts';

const sale = { id: 'black-friday-26', kind: 'sale', start: '2026-11-27', end: '2026-11-28' };
const of = (...events: unknown[]) => ({ schemaVersion: 1, events });

/** A region's calendar, asked over HTTP. */
function opened() {
  const { api } = memoryRegion();
  const url = 'http://api/v1/calendar';
  const get = (headers: Record<string, string> = {}) => api(new Request(url, { headers }));
  const tag = async () => (await get()).headers.get('etag')!;
  const put = (body: unknown, headers: Record<string, string>) =>
    api(
      new Request(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  const refused = async (body: unknown) => {
    const answer = await put(body, { 'if-match': await tag() });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.status).toBe(400);
    expect(calendarDocument.parse(await (await get()).json()).events).toEqual([]);
    return problem.parse(await answer.json());
  };
  return { get, put, tag, refused };
}

describe('the calendar', () => {
  it('comes back as it went in, under a new entity tag', async () => {
    const { get, put, tag } = opened();
    const before = await tag();
    const event = {
      ...sale,
      name: 'Black Friday',
      regions: ['eu'],
      teams: ['shop'],
      scale: 1.5,
      like: 'fair',
      status: 'draft',
      note: 'ask Zoë',
    };
    const fair = { id: 'fair-25', kind: 'fair', start: '2025-11-27', end: '2025-11-28' };
    const answer = await put(of(fair, event), { 'if-match': before });
    expect(answer.status).toBe(200);
    const after = answer.headers.get('etag')!;
    expect(after).not.toBe(before);
    const read = await get();
    expect(read.headers.get('etag')).toBe(after);
    expect(await read.json()).toEqual(of(fair, event));
    expect((await get({ 'if-none-match': after })).status).toBe(304);
    expect((await get({ 'if-none-match': before })).status).toBe(200);
  });

  it('takes times as programs write them, with zeros after the second, and no part of a second', async () => {
    const { get, put, tag, refused } = opened();
    expect((await refused(of({ ...sale, start: '2026-11-27T00:00:00.5Z' }))).errors![0]!.at).toContain(
      'start',
    );
    const event = { ...sale, start: new Date('2026-11-27').toISOString() };
    expect((await put(of(event), { 'if-match': await tag() })).ok).toBe(true);
    expect(calendarDocument.parse(await (await get()).json()).events).toEqual([event]);
  });

  it('answers 412 with the current version to a writer who saw another one', async () => {
    const { get, put, tag } = opened();
    const seen = await tag();
    expect((await put(of(sale), { 'if-match': seen })).status).toBe(200);
    const late = await put(of({ ...sale, start: '2026-11-26' }), { 'if-match': seen });
    expect(late.status).toBe(412);
    expect(late.headers.get('etag')).toBe(await tag());
    expect(problem.parse(await late.json()).detail).toContain((await tag()).replaceAll('"', ''));
    expect(await (await get()).json()).toEqual(of(sale));
  });

  it('takes the same content again as no change, so that a writer may repeat', async () => {
    const { put, tag } = opened();
    const seen = await tag();
    await put(of(sale), { 'if-match': seen });
    const after = await tag();
    const again = await put(of(sale), { 'if-match': seen });
    expect([again.status, again.headers.get('etag')]).toEqual([200, after]);
  });

  it('is not overwritten unseen: If-Match is needed, * means whatever is there', async () => {
    const { put } = opened();
    expect((await put(of(sale), {})).status).toBe(428);
    expect((await put(of(sale), { 'if-match': '*' })).status).toBe(200);
  });

  it.each([
    ['no time', { ...sale, start: 'tomorrow' }, 'start'],
    ['no such date', { ...sale, start: '2026-02-30' }, 'start'],
    ['an end before the start', { ...sale, end: '2026-11-26T23:00' }, 'end'],
    ['an end at the start, told in another zone', { ...sale, end: '2026-11-26T23:00:00Z' }, 'end'],
    ['a scale of nothing', { ...sale, scale: 0 }, 'scale'],
    ['a field that is none', { ...sale, colour: 'red' }, 'colour'],
    ['a name that no team can have', { ...sale, teams: ['a/b'] }, 'teams.0'],
    ['stock of what is no launch', { ...sale, stock: 100 }, 'stock'],
    ['a region that is not there', { ...sale, regions: ['us', 'mars'] }, 'regions.1'],
    ['a kind to be like that is not there', { ...sale, like: 'fair' }, 'like'],
    ['the same edition twice', { ...sale, name: 'good' }, 'start'],
    ['a status that is none', { ...sale, status: 'maybe' }, 'status'],
    ['no end, and no launch', { ...sale, end: undefined, launch: false }, 'launch'],
  ])('refuses %s, naming event and field', async (_, event, field) => {
    const { refused } = opened();
    const { errors, detail } = await refused(of({ ...sale, id: 'good', name: 'good' }, event));
    expect(errors).toHaveLength(1);
    expect(errors![0]!.at).toBe(`events.1 "black-friday-26".${field}`);
    expect(detail).toContain('black-friday-26');
  });

  it('refuses two events of one id, and what is no calendar', async () => {
    const { refused } = opened();
    expect((await refused(of(sale, sale))).errors![0]!.at).toBe('events.1 "black-friday-26".id');
    await refused([sale]);
    await refused('{');
    await refused({ events: [] });
    await refused(of(null));
  });
});
