import type { Extra } from '../level/design.ts';
import { dayMs, weekdayOf } from '../time/local.ts';
import type { Period } from '../types.ts';

/** The day itself, and the days around it, which are believed to differ less. */
const offsets = [0, -2, -1, 1, 2];
const daySd = 0.2;
const aroundSd = 0.05;
const harmonics = 3;
const harmonicSd = 0.1;
/** A moved day lies at most this far from where it was. */
const farthest = 10;

/** Columns of the periods that were configured, in the logarithm of the level. Throws a RangeError that names the period. */
export function periodColumns(
  periods: readonly Period[],
  holidays: ReadonlySet<number>,
  daysPerRow: number,
  historyDays: number,
): Extra[] {
  const names = new Set<string>();
  return periods.map((period) => {
    const refuse = (what: string) => new RangeError(`The period "${period.name}" ${what}`);
    if (names.has(period.name)) throw refuse('is given twice: give each its own name');
    names.add(period.name);
    if ('everyDays' in period) {
      if (!(period.everyDays >= 2)) throw refuse(`lasts at least 2 days, got ${period.everyDays}`);
      if (period.everyDays * 2 > historyDays)
        throw refuse(
          `of ${period.everyDays} days cannot be learnt from ${historyDays} days of history: give it twice as much`,
        );
      return wave(period.name, period.everyDays, daysPerRow);
    }
    for (const day of period.daysOfMonth)
      if (!(Number.isInteger(day) && day !== 0 && Math.abs(day) <= 31))
        throw refuse(`has days of the month from 1 to 31 or −31 to −1, got ${day}`);
    return monthDays(period.name, dayTeller(period, holidays), daysPerRow);
  });
}

/** Sine and cosine of up to three harmonics that the rows can tell apart. */
function wave(name: string, everyDays: number, daysPerRow: number): Extra {
  const count = Math.max(1, Math.min(harmonics, Math.floor(everyDays / daysPerRow / 2)));
  return {
    kind: 'period',
    name,
    size: 2 * count,
    sd: (i) => harmonicSd / (1 + (i >> 1)),
    learns: true,
    row: (day, put) => {
      for (let k = 0; k < count; k++) {
        const angle = (2 * Math.PI * (k + 1) * (day + (daysPerRow - 1) / 2)) / everyDays;
        put(2 * k, Math.sin(angle));
        put(2 * k + 1, Math.cos(angle));
      }
    },
  };
}

function monthDays(name: string, isDay: (day: number) => boolean, daysPerRow: number): Extra {
  if (daysPerRow > 1)
    return {
      kind: 'period',
      name,
      size: 1,
      sd: () => daySd,
      learns: true,
      row: (day, put) => {
        let days = 0;
        for (let d = day; d < day + daysPerRow; d++) if (isDay(d)) days++;
        if (days > 0) put(0, days);
      },
    };
  return {
    kind: 'period',
    name,
    size: offsets.length,
    sd: (i) => (i === 0 ? daySd : aroundSd),
    learns: true,
    row: (day, put) => {
      offsets.forEach((offset, i) => {
        if (isDay(day - offset)) put(i, 1);
      });
    },
  };
}

/** Whether a local date is one of the period's days, after they were moved. */
function dayTeller(
  { daysOfMonth, onDayOff = 'stay' }: Extract<Period, { daysOfMonth: readonly number[] }>,
  holidays: ReadonlySet<number>,
): (day: number) => boolean {
  const listed = (day: number) => {
    const date = new Date(day * dayMs);
    const fromStart = date.getUTCDate();
    const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    return daysOfMonth.includes(fromStart) || daysOfMonth.includes(fromStart - length - 1);
  };
  if (onDayOff === 'stay') return listed;
  const isOff = (day: number) => weekdayOf(day) >= 5 || holidays.has(day);
  const back = onDayOff === 'before' ? 1 : -1;
  return (day) => {
    if (isOff(day)) return false;
    if (listed(day)) return true;
    // A day off next to it, on the side that days are moved from, may have been listed.
    for (let d = day + back; isOff(d) && Math.abs(d - day) <= farthest; d += back) if (listed(d)) return true;
    return false;
  };
}
