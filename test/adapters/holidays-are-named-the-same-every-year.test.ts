import { describe, expect, it } from 'vitest';
import { PublicHolidays, UnknownPlace } from '../../lib/adapters/holidays.ts';

const calendar = new PublicHolidays();

describe('holidays are named the same every year', () => {
  it('in English, on their local dates', () => {
    const easter = calendar
      .holidays({ country: 'FR' }, '2020-01-01', '2026-12-31')
      .filter(({ name }) => name === 'Easter Monday');
    expect(easter.map(({ date }) => date)).toEqual([
      '2020-04-13',
      '2021-04-05',
      '2022-04-18',
      '2023-04-10',
      '2024-04-01',
      '2025-04-21',
      '2026-04-06',
    ]);
  });

  it('substitute days have a name of their own', () => {
    expect(calendar.holidays({ country: 'US' }, '2021-12-24', '2021-12-31')).toEqual([
      { date: '2021-12-24', name: 'Christmas Day (substitute day)' },
      { date: '2021-12-25', name: 'Christmas Day' },
      { date: '2021-12-31', name: "New Year's Day (substitute day)" },
    ]);
  });

  it('a holiday of several days is there on each, from the first to the last date asked for', () => {
    const dates = calendar.holidays({ country: 'SA' }, '2021-05-13', '2021-05-14').map(({ date }) => date);
    expect(dates).toEqual(['2021-05-13', '2021-05-14']);
  });

  it('a subdivision has its own besides; one that has none of its own keeps the country’s', () => {
    const days = (subdivision?: string) =>
      calendar.holidays({ country: 'fr', ...(subdivision && { subdivision }) }, '2026-01-01', '2026-12-31');
    expect(days('67').length).toBeGreaterThan(days().length);
    expect(days('IDF')).toEqual(days());
    expect(calendar.listsSubdivision({ country: 'FR', subdivision: '67' })).toBe(true);
    expect(calendar.listsSubdivision({ country: 'FR', subdivision: 'IDF' })).toBe(false);
  });

  it('no country, no holidays', () => {
    expect(calendar.holidays({}, '2026-01-01', '2026-12-31')).toEqual([]);
  });

  it('an unknown place is an error that lists the known ones', () => {
    expect(() => calendar.holidays({ country: 'XX' }, '2026-01-01', '2026-12-31')).toThrow(/"XX".*AD, AE/);
    expect(() =>
      calendar.holidays({ country: 'DE', subdivision: 'Bavaria' }, '2026-01-01', '2026-12-31'),
    ).toThrow(/"Bavaria".*BY \(Bayern\)/);
    expect(() => calendar.holidays({ country: 'XX' }, '2026-01-01', '2026-12-31')).toThrow(UnknownPlace);
  });
});
