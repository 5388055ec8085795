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

const whole = { 'GET /v1/calendar': () => stored([sale]) };
/** An API that has one event, and takes what is put there. */
const withEvent = (event: unknown = sale) => ({
  'GET /v1/calendar/events/bf': { event, version: 7, warnings: [] },
  'PUT /v1/calendar/events/bf': ({ body }: { body: string }) => ({
    event: JSON.parse(body),
    version: 8,
    warnings: [{ event: 'bf', warning: 'overlaps "x" of its own kind' }],
  }),
});

async function asked(answers: Parameters<typeof fakeApi>[0], ...args: string[]) {
  const api = await fakeApi(answers);
  const done = await run('calendar', ...args, '--api', api.url);
  await api.close();
  return { ...done, asked: api.asked, last: api.asked.at(-1)! };
}

describe('cloudtune calendar', () => {
  it('lists the events and whom they touch, by kind and status, as they are or were', async () => {
    const launch = {
      id: 'x',
      kind: 'drop',
      name: 'The drop',
      start: '2026-12-01T09:00:00Z',
      status: 'draft',
    };
    const answers = { 'GET /v1/calendar': () => stored([sale, launch]) };
    const { out } = await asked(answers, 'list');
    expect(out).toMatch(/bf +sale +2026-11-27 +2026-11-28 +shop\/\*\/\* +confirmed/);
    expect(out).toMatch(/x +drop +2026-12-01T09:00:00Z +launch .*draft +The drop/);
    const drafts = await asked(
      answers,
      'list',
      '--status',
      'draft',
      '--json',
      '--at',
      '2026-11-01T00:00:00Z',
    );
    expect(JSON.parse(drafts.out)).toEqual({ schemaVersion: 1, events: [launch] });
    expect(drafts.last.query).toEqual({ at: '2026-11-01T00:00:00.000Z' });
    expect((await asked(answers, 'list', '--kind', 'none')).out).toContain('No such events');
  });

  it('adds an event as new, with its reason, and passes warnings on', async () => {
    const { last, out, err, code } = await asked(
      withEvent(),
      ...['add', 'bf', '--kind', 'sale', '--start', '2026-11-27', '--end', '2026-11-29', '--teams', 'a,b'],
      ...['--scale', '1.5', '--reason', 'größer'],
    );
    expect(code).toBe(0);
    expect(last.headers['if-none-match']).toBe('*');
    expect(last.query).toEqual({ reason: 'größer' });
    expect(JSON.parse(last.body)).toEqual({
      ...{ id: 'bf', kind: 'sale', start: '2026-11-27', end: '2026-11-29', teams: ['a', 'b'], scale: 1.5 },
    });
    expect(out).toMatch(/teams +a, b/);
    expect(err).toContain('Warning: overlaps "x"');
  });

  it.each([
    [sale, ['--start', '2026-11-26'], ['2026-11-26', '2026-11-27']],
    [sale, ['--start', '2026-11-26T12:00'], ['2026-11-26T12:00', '2026-11-27T12:00']],
    [sale, ['--end', '2026-11-29'], ['2026-11-27', '2026-11-29']],
    [
      { ...sale, start: '2026-11-27T08:00:00Z', end: '2026-11-27T20:00+01:00' },
      ['--start', '2026-11-28T08:00:00Z'],
      ['2026-11-28T08:00:00Z', '2026-11-28T19:00:00Z'],
    ],
  ])('moves %o by %o, over the version that it saw', async (event, how, [start, end]) => {
    const { last } = await asked(withEvent(event), 'move', 'bf', ...how);
    expect(last.headers['if-match']).toBe('"7"');
    expect(JSON.parse(last.body)).toEqual({ ...event, start, end });
  });

  it('does not guess what a move means', async () => {
    expect(await asked(withEvent(), 'move', 'bf')).toMatchObject({ code: 2, asked: [] });
    const mixed = await asked(withEvent(), 'move', 'bf', '--start', '2026-11-26T12:00Z');
    expect(mixed).toMatchObject({ code: 2, err: expect.stringContaining('Give --end too') });
    expect(mixed.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('cancels and confirms', async () => {
    expect(JSON.parse((await asked(withEvent(), 'cancel', 'bf')).last.body).status).toBe('cancelled');
    const draft = { ...sale, status: 'draft' };
    expect(JSON.parse((await asked(withEvent(draft), 'confirm', 'bf')).last.body).status).toBe('confirmed');
  });

  it('tells who changed what', async () => {
    const change = {
      ...{ version: 3, time: '2026-11-20T10:00:00.000Z', author: 'zoe', reason: 'more stock' },
      events: [{ id: 'bf', before: sale, after: { ...sale, end: '2026-11-29' } }],
    };
    const { out } = await asked({ 'GET /v1/calendar/changes': { changes: [change] } }, 'changes');
    expect(out).toMatch(/3 +2026-11-20T10:00:00Z +zoe +bf: end 2026-11-28 → 2026-11-29 +more stock/);
  });

  it('imports a file over the version that it saw: its events, and those of others stay', async () => {
    const answers = {
      ...whole,
      'PUT /v1/calendar': ({ body }: { body: string }) => stored(JSON.parse(body).events),
    };
    const file = join(dir, 'events.csv');
    writeFileSync(file, 'id,kind,start,end\nfair,fair,2026-12-01,2026-12-02\n');
    const merged = await asked(answers, 'import', file, '--reason', 'spring plan');
    expect(merged).toMatchObject({ code: 0, out: expect.stringContaining('1 new, 0 changed, 0 removed') });
    expect(merged.last).toMatchObject({ headers: { 'if-match': '"v7"' }, query: { reason: 'spring plan' } });
    expect(JSON.parse(merged.last.body).events.map(({ id }: { id: string }) => id)).toEqual(['bf', 'fair']);
    const replaced = await asked(answers, 'import', file, '--replace');
    expect(JSON.parse(replaced.last.body).events.map(({ id }: { id: string }) => id)).toEqual(['fair']);
    const dry = await asked(answers, 'import', file, '--replace', '--dry-run');
    expect(dry.out).toMatch(/new +fair[\s\S]*removed +bf[\s\S]*Nothing was changed/);
    expect(dry.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it.each(['ics', 'csv', 'json'])('exports a .%s that it imports as no change', async (extension) => {
    const file = join(dir, `export.${extension}`);
    expect((await asked(whole, 'export', file)).out).toContain('1 events');
    const back = await asked(whole, 'import', file, '--dry-run');
    expect(back.out).toContain('0 new, 0 changed, 0 removed, 1 as they were');
  });

  it('says what is wrong with a file, or with its events, in the words of the API', async () => {
    const errors = [{ at: 'events.0 "bf".end', got: '2026-11-26', expected: 'a time after the start' }];
    const answers = {
      'GET /v1/calendar': () => stored([]),
      'PUT /v1/calendar': () =>
        Response.json({ type: 'x', title: 'Invalid', status: 400, detail: 'No.', errors }, { status: 400 }),
    };
    const file = join(dir, 'broken.json');
    for (const text of ['[', '{}', 'null']) {
      writeFileSync(file, text);
      expect(await asked(answers, 'import', file)).toMatchObject({
        code: 2,
        err: expect.stringContaining('broken.json'),
      });
    }
    writeFileSync(file, JSON.stringify([sale, sale]));
    expect((await asked(answers, 'import', file)).err).toContain('two events have one id: bf');
    writeFileSync(file, JSON.stringify([sale]));
    const refused = await asked(answers, 'import', file);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('events.0 "bf".end: expected a time after the start, got 2026-11-26');
    expect((await asked(answers, 'export', join(dir, 'x.txt'))).code).toBe(2);
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
