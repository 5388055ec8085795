import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../lib/local/events/schedule-expression.ts';

const firings = (expression: string, timeZone: string, from: string, count: number, start = from) => {
  const next = parseSchedule(expression, timeZone, Date.parse(start));
  const found: string[] = [];
  for (let after = Date.parse(from); found.length < count; ) {
    const instant = next(after);
    if (instant === undefined) break;
    found.push(new Date(instant).toISOString().slice(0, 16));
    after = instant;
  }
  return found;
};

describe('cron in a time zone', () => {
  it('keeps its local time when the offset changes', () => {
    expect(firings('cron(0 4 * * ? *)', 'Europe/Paris', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T03:00',
      '2026-03-29T02:00',
      '2026-03-30T02:00',
    ]);
  });

  it('skips a local time that does not exist, and fires one that comes twice only once', () => {
    expect(firings('cron(30 2 * * ? *)', 'Europe/Paris', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ]);
    expect(firings('cron(30 2 * * ? *)', 'Europe/Paris', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    // In the second run through the hour the quarter hours have fired already.
    expect(firings('cron(0/15 * * * ? *)', 'Europe/Paris', '2026-10-25T00:40:00Z', 3)).toEqual([
      '2026-10-25T00:45',
      '2026-10-25T02:00',
      '2026-10-25T02:15',
    ]);
    expect(firings('cron(0/15 * * * ? *)', 'Europe/Paris', '2026-10-25T01:20:00Z', 1)).toEqual([
      '2026-10-25T02:00',
    ]);
  });

  it('knows zones of half an hour, last days and past years', () => {
    expect(firings('cron(0 9 L * ? *)', 'Asia/Kolkata', '2026-02-01T00:00:00Z', 2)).toEqual([
      '2026-02-28T03:30',
      '2026-03-31T03:30',
    ]);
    expect(firings('cron(0 9 1 1 ? 2020)', 'UTC', '2026-02-01T00:00:00Z', 1)).toEqual([]);
  });
});

it('a rate counts elapsed time from its start', () => {
  expect(firings('rate(6 hours)', 'Europe/Paris', '2026-03-28T23:00:00Z', 3, '2026-03-01T01:00:00Z')).toEqual(
    ['2026-03-29T01:00', '2026-03-29T07:00', '2026-03-29T13:00'],
  );
});

it('a single time fires once, in its zone', () => {
  expect(firings('at(2026-07-01T08:00:00)', 'Europe/Paris', '2026-06-01T00:00:00Z', 2)).toEqual([
    '2026-07-01T06:00',
  ]);
  expect(firings('at(2026-07-01T08:00:00)', 'Europe/Paris', '2026-08-01T00:00:00Z', 1)).toEqual([]);
});

it.each([
  'cron(0 4 * * *)',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'every day',
  'at(tomorrow)',
  'cron(0 25 * * ? *)',
])('refuses %s', (expression) => {
  expect(() => parseSchedule(expression, 'UTC', 0)).toThrow();
});
