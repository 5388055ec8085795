import { describe, expect, it } from 'vitest';
import { barsOf } from '../../lib/web/bars.ts';
import type { VersionedEntry } from '../../lib/web/calendar-api.ts';
import { instantOf, localText, textLike } from '../../lib/web/calendar-time.ts';
import { csvText } from '../../lib/web/csv-text.ts';
import { movedBy } from '../../lib/web/moved-event.ts';
import { pastParts, thinned } from '../../lib/web/past.ts';
import { day } from '../../lib/web/zoom.ts';

const hour = 3_600_000;
const at = (text: string) => Date.parse(text);

describe('times of the calendar', () => {
  it.each([
    ['2026-11-27', 'America/New_York', '2026-11-27T05:00:00Z'],
    ['2026-11-27T08:30', 'Europe/Paris', '2026-11-27T07:30:00Z'],
    ['2026-11-27T24:00', 'Europe/Paris', '2026-11-27T23:00:00Z'],
    ['2026-11-27T08:30:00Z', 'Asia/Tokyo', '2026-11-27T08:30:00Z'],
    ['2026-11-27T08:30:00+01:00', 'Asia/Tokyo', '2026-11-27T07:30:00Z'],
    ['2026-10-25T03:00', 'Europe/Paris', '2026-10-25T02:00:00Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(instantOf(text, zone)).toBe(at(instant));
  });

  it('keep their form when they are moved', () => {
    const later = at('2026-11-27T23:00:00Z');
    expect(textLike('2026-11-27T08:00:00+01:00', later, 'Europe/Paris')).toBe('2026-11-27T23:00:00Z');
    expect(textLike('2026-11-27', later, 'Europe/Paris')).toBe('2026-11-28');
    expect(textLike('2026-11-27', later + hour / 2, 'Europe/Paris')).toBe('2026-11-28T00:30');
    for (const zone of ['Europe/Paris', 'America/New_York', 'Asia/Kathmandu'])
      for (let i = 0; i < 400; i++) {
        const instant = at('2026-01-01T00:00:00Z') + i * 22.5 * hour;
        expect(instantOf(localText(instant, zone), zone)).toBe(instant);
      }
  });
});

describe('an event that is dragged', () => {
  const event = { id: 'a', kind: 'k', start: '2026-11-27T10:00:00Z', end: '2026-11-27T12:00:00Z' };

  it('moves by whole steps of the grain, and never ends before it starts', () => {
    expect(movedBy(event, 'end', 7 * 60_000, 'minute').end).toBe('2026-11-27T12:05:00Z');
    expect(movedBy(event, 'start', -0.7 * hour, 'hour').start).toBe('2026-11-27T09:30:00Z');
    expect(movedBy(event, 'end', -9 * hour, 'hour')).toEqual({ ...event, end: '2026-11-27T10:30:00Z' });
    expect(movedBy(event, 'start', 9 * hour, 'minute')).toEqual({ ...event, start: '2026-11-27T11:55:00Z' });
    expect(movedBy(event, 'whole', day, 'day')).toEqual({
      ...event,
      start: '2026-11-28T10:00:00Z',
      end: '2026-11-28T12:00:00Z',
    });
    const { end: _, ...launch } = event;
    expect(movedBy(launch, 'whole', hour, 'hour')).toEqual({ ...launch, start: '2026-11-27T11:00:00Z' });
  });
});

describe('the timeline', () => {
  const entry = (id: string, start: string, end: string, regions?: string[]): VersionedEntry => ({
    event: { id, kind: 'k', start, end, ...(regions !== undefined && { regions }) },
    version: 1,
    warnings: [],
  });
  const span = { start: at('2026-11-20T00:00:00Z'), end: at('2026-12-01T00:00:00Z') };

  it('shows an event of local times elsewhere in each region, and those that meet in lanes of their own', () => {
    const events = [
      entry('a', '2026-11-27', '2026-11-28'),
      entry('b', '2026-11-27T12:00', '2026-11-29'),
      entry('c', '2026-11-29T12:00', '2026-11-30'),
      entry('us', '2026-11-27', '2026-11-28', ['us']),
      entry('old', '2026-11-01', '2026-11-02'),
    ];
    const paris = barsOf(events, { region: 'fr', timeZone: 'Europe/Paris' }, span, 0);
    expect(paris.map(({ entry: { event }, lane }) => [event.id, lane])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
    expect(paris[0]!.start).toBe(at('2026-11-26T23:00:00Z'));
    const york = barsOf(events, { region: 'us', timeZone: 'America/New_York' }, span, 0);
    expect([york.length, york[0]!.start]).toEqual([4, at('2026-11-27T05:00:00Z')]);
  });
});

describe('a past forecast', () => {
  const runs = [0, 1, 2, 3].map((i) => ({ runId: `r${i}`, cutoff: i * day }));

  it('is at each instant that of the latest run made so many days before it', () => {
    expect(pastParts(runs, 7, { start: 0, end: 9.5 * day })).toEqual([
      { runId: 'r0', span: { start: 7 * day, end: 8 * day } },
      { runId: 'r1', span: { start: 8 * day, end: 9 * day } },
      { runId: 'r2', span: { start: 9 * day, end: 9.5 * day } },
    ]);
    expect(pastParts(runs, 30, { start: 0, end: 20 * day })).toEqual([]);
  });

  it('asks a few of very many runs, without a hole between them', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ runId: `r${i}`, cutoff: i * day }));
    const parts = pastParts(many, 7, { start: 0, end: 200 * day });
    expect(parts.length).toBeLessThanOrEqual(12);
    parts.slice(1).forEach(({ span }, i) => {
      expect(span.start).toBe(parts[i]!.span.end);
    });
    expect(parts.at(-1)).toEqual({ runId: 'r99', span: { start: 106 * day, end: 200 * day } });
    expect(thinned([1, 2, 3, 4, 5], 2)).toEqual([2, 5]);
  });
});

describe('a table that is downloaded', () => {
  it('quotes what a comma would break, and leaves empty what is not there', () => {
    expect(
      csvText([
        ['a', 'b, "c"'],
        [1.5, undefined, null, 'line\nbreak'],
      ]),
    ).toBe('a,"b, ""c"""\n1.5,,,"line\nbreak"\n');
  });
});
