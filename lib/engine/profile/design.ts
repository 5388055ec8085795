import { weekdayOf } from '../time/local.ts';

const yearDays = 365.2425;
const harmonics = 8;

/** Terms: 1 · weekend · 7 weekdays · recency · recency × weekend · year (16) · year × weekend (16). */
export const profileTerms = 11 + 4 * harmonics;
const recent = 9;
const year = 11;

/** Prior standard deviation of each term's coefficient. */
export const profilePrior = new Float64Array(profileTerms);
profilePrior[0] = 10;
profilePrior[1] = 1;
profilePrior.fill(0.2, 2, 9);
profilePrior[recent] = 0.1;
profilePrior[recent + 1] = 0.05;
for (let k = 1; k <= harmonics; k++) {
  profilePrior.fill(0.3 / k, year + 2 * (k - 1), year + 2 * k);
  profilePrior.fill(0.1 / k, year + 2 * (harmonics + k - 1), year + 2 * (harmonics + k));
}

/** Whether days by their type, and the year, have terms of their own. */
export interface ProfileSeasons {
  weekly: boolean;
  yearly: boolean;
}

/**
 * The terms of one day's profile, as positions and values of those that are not zero. A day off is mostly
 * the last day of the weekend (0.7). Returns how many were written.
 */
export function profileRow(
  day: number,
  dayOff: boolean,
  lastDay: number,
  { weekly, yearly }: ProfileSeasons,
  position: Int32Array,
  value: Float64Array,
): number {
  const weekday = weekdayOf(day);
  const weekend = !weekly ? 0 : weekday >= 5 ? 1 : dayOff ? 0.7 : 0;
  let n = 0;
  const put = (term: number, x: number) => {
    position[n] = term;
    value[n++] = x;
  };
  put(0, 1);
  if (weekend > 0) put(1, weekend);
  if (weekly && dayOff && weekday < 5) {
    put(2 + weekday, 0.3);
    put(8, 0.7);
  } else if (weekly) put(2 + weekday, 1);
  const fade = Math.exp(-Math.max(0, lastDay - day) / 20);
  // After the last day the newest profile holds.
  if (fade > 1e-4) {
    put(recent, fade);
    if (weekend > 0) put(recent + 1, fade * weekend);
  }
  if (!yearly) return n;
  const angle = (2 * Math.PI * day) / yearDays;
  const sin1 = Math.sin(angle);
  const cos1 = Math.cos(angle);
  let sin = 0;
  let cos = 1;
  for (let k = 0; k < harmonics; k++) {
    const s = sin * cos1 + cos * sin1;
    cos = cos * cos1 - sin * sin1;
    sin = s;
    put(year + 2 * k, sin);
    put(year + 2 * k + 1, cos);
    if (weekend > 0) {
      put(year + 2 * (harmonics + k), sin * weekend);
      put(year + 2 * (harmonics + k) + 1, cos * weekend);
    }
  }
  return n;
}
