import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addLocalDays,
  isTimeZone,
  localParts,
  localToInstant,
  startOfLocalDay,
  steps,
} from '../../lib/engine/index.ts';

const hour = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const dayHours = (zone: string, year: number, month: number, date: number) => {
  const start = localToInstant(zone, year, month, date);
  return (addLocalDays(zone, start, 1) - start) / hour;
};

describe('local days', () => {
  it('are as long as their clock makes them', () => {
    expect(dayHours('Europe/Paris', 2025, 3, 30)).toBe(23);
    expect(dayHours('Europe/Paris', 2025, 10, 26)).toBe(25);
    expect(dayHours('Europe/Paris', 2025, 7, 1)).toBe(24);
    expect(dayHours('Australia/Lord_Howe', 2024, 4, 7)).toBe(24.5);
    expect(dayHours('Australia/Lord_Howe', 2024, 10, 6)).toBe(23.5);
    expect(dayHours('America/Sao_Paulo', 2018, 11, 4)).toBe(23);
    expect(dayHours('America/Sao_Paulo', 2018, 2, 17)).toBe(25);
    expect(dayHours('Asia/Beirut', 2024, 3, 31)).toBe(23);
    expect(dayHours('Africa/Cairo', 2024, 4, 26)).toBe(23);
    expect(dayHours('Africa/Casablanca', 2024, 3, 10)).toBe(25);
    expect(dayHours('Africa/Casablanca', 2024, 4, 14)).toBe(23);
  });

  it('begin at 01:00 where the clock jumps over midnight', () => {
    const noon = Date.UTC(2018, 10, 4, 15);
    expect(iso(startOfLocalDay('America/Sao_Paulo', noon))).toBe('2018-11-04T03:00');
    expect(localParts('America/Sao_Paulo', startOfLocalDay('America/Sao_Paulo', noon)).hour).toBe(1);
  });

  it('leave out a date that the zone skipped', () => {
    const start = localToInstant('Pacific/Apia', 2011, 12, 28);
    const days = steps('Pacific/Apia', start, localToInstant('Pacific/Apia', 2012, 1, 2), 86_400);
    expect([...days].map((at) => localParts('Pacific/Apia', at).day)).toEqual([28, 29, 31, 1]);
  });

  it('read times in a gap as shifted forward, and the earlier of two', () => {
    expect(iso(localToInstant('Europe/Paris', 2025, 3, 30, 2, 30))).toBe('2025-03-30T01:30');
    expect(iso(localToInstant('Europe/Paris', 2025, 10, 26, 2, 30))).toBe('2025-10-26T00:30');
    expect(() => localToInstant('Europe/Paris', Number.NaN, 1, 1)).toThrow(RangeError);
  });

  it('keep the time of the wall clock when days are added', () => {
    const at = localToInstant('Europe/Paris', 2025, 3, 29, 12, 30);
    expect(localParts('Europe/Paris', addLocalDays('Europe/Paris', at, 2))).toMatchObject({
      day: 31,
      hour: 12,
      minute: 30,
      weekday: 0,
    });
  });

  it('hold every instant between their start and the next', () => {
    const zones = [
      'Europe/Paris',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Pacific/Apia',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones, 'Asia/Beirut', 'America/St_Johns', 'Asia/Kathmandu'),
        fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2030, 0, 1) }),
        (zone, ms) => {
          const start = startOfLocalDay(zone, ms);
          const next = addLocalDays(zone, start, 1);
          expect(start).toBeLessThanOrEqual(ms);
          expect(startOfLocalDay(zone, start)).toBe(start);
          expect(next === start || startOfLocalDay(zone, next - 1) === start).toBe(true);
          const { year, month, day, hour: h, minute, second } = localParts(zone, ms);
          const back = localToInstant(zone, year, month, day, h, minute, second);
          expect(ms - back === ms % 1000 || ms - back >= hour / 2).toBe(true);
        },
      ),
      { numRuns: 300, seed: 2 },
    );
  });

  it('know zones by name', () => {
    expect(isTimeZone('Europe/Paris')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });

  it('count weeks in dates and refuse steps that do not divide the day', () => {
    const start = localToInstant('Europe/Paris', 2025, 3, 24);
    const weeks = steps('Europe/Paris', start, start + 20 * 24 * hour, 604_800);
    expect([...weeks].map((at) => localParts('Europe/Paris', at).hour)).toEqual([0, 0, 0]);
    expect(() => steps('UTC', 0, hour, 7000)).toThrow(/got 7000/);
    expect(() => steps('UTC', 0, hour, 30)).toThrow(/got 30/);
  });
});
