import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exampleEvents, listExamples } from '../../lib/cli/examples.ts';
import { fakeApi, run } from './fake-api.ts';

const dir = mkdtempSync(join(tmpdir(), 'calendar-'));
afterAll(() => rmSync(dir, { recursive: true }));
const sale = { id: 'bf', kind: 'sale', teams: ['shop'], start: '2026-11-27', end: '2026-11-28' };
const stored = (events: unknown[]) =>
  Response.json({ schemaVersion: 1, events }, { headers: { etag: '"v7"' } });

describe('cloudtune calendar', () => {
  it('lists the events and whom they touch', async () => {
    const launch = { id: 'x', kind: 'drop', name: 'The drop', start: '2026-12-01T09:00:00Z' };
    const api = await fakeApi({ 'GET /v1/calendar': () => stored([sale, launch]) });
    const done = await run('calendar', 'show', '--api', api.url);
    const json = await run('calendar', 'show', '--json', '--api', api.url);
    await api.close();
    expect(done.out).toMatch(/bf +sale +2026-11-27 +2026-11-28 +shop\/\*\/\*/);
    expect(done.out).toMatch(/x +drop +2026-12-01T09:00:00Z +launch .*The drop/);
    expect(JSON.parse(json.out)).toEqual({ schemaVersion: 1, events: [sale, launch] });
  });

  it('imports a list over the version that it saw', async () => {
    const api = await fakeApi({
      'GET /v1/calendar': () => stored([]),
      'PUT /v1/calendar': ({ body }: { body: string }) => stored(JSON.parse(body).events),
    });
    const file = join(dir, 'events.json');
    writeFileSync(file, JSON.stringify([sale]));
    const done = await run('calendar', 'import', file, '--api', api.url);
    await api.close();
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('1 events') });
    expect(api.asked.at(-1)).toMatchObject({
      method: 'PUT',
      headers: { 'if-match': '"v7"' },
      body: JSON.stringify({ schemaVersion: 1, events: [sale] }),
    });
  });

  it('says what is wrong with a file, or with its events, in the words of the API', async () => {
    const errors = [{ at: 'events.0 "bf".end', got: '2026-11-26', expected: 'a time after the start' }];
    const api = await fakeApi({
      'GET /v1/calendar': () => stored([]),
      'PUT /v1/calendar': () =>
        Response.json({ type: 'x', title: 'Invalid', status: 400, detail: 'No.', errors }, { status: 400 }),
    });
    const file = join(dir, 'broken.json');
    writeFileSync(file, '[');
    const broken = await run('calendar', 'import', file, '--api', api.url);
    expect(broken).toMatchObject({ code: 2, err: expect.stringContaining('broken.json') });
    writeFileSync(file, JSON.stringify([sale]));
    const refused = await run('calendar', 'import', file, '--api', api.url);
    await api.close();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('events.0 "bf".end: expected a time after the start, got 2026-11-26');
  });
});

describe('the calendar of the examples', () => {
  it('has every match at its kick-off, by stage', () => {
    const [, ...lines] = readFileSync(
      resolve(import.meta.dirname, '../../examples/worldcup98-matches.csv'),
      'utf8',
    )
      .trimEnd()
      .split('\n');
    const events = exampleEvents(listExamples());
    expect(events.map((event) => [event.id, event.start])).toEqual(
      lines.map((line) => [line.split(',')[2], line.split(',')[0]]),
    );
    const kinds = Object.groupBy(events, (event) => event.kind);
    expect(Object.entries(kinds).map(([kind, all]) => [kind, all?.length])).toEqual([
      ['match-group', 48],
      ['match-knockout', 15],
      ['match-final', 1],
    ]);
  });
});
