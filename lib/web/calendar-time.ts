/** Times of the calendar: with an offset one instant for all regions, without one the wall clock of each. */

const minute = 60_000;
const hasOffset = (text: string) => /(Z|[+-]\d\d:\d\d)$/.test(text);

const formats = new Map<string, Intl.DateTimeFormat>();
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
}

/** What the clocks of a zone show at an instant, as if it were UTC. */
function wall(instant: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The instant of a calendar's time in a zone, in milliseconds since 1970. A wall clock that is skipped: just after. */
export function instantOf(text: string, timeZone: string): number {
  if (hasOffset(text)) return Date.parse(text);
  const [date = '', clock = '00:00'] = text.split(/[T ]/);
  const [hour = 0, min = 0, second = 0] = clock.split(':').map(Number);
  const local = Date.parse(`${date}T00:00:00Z`) + hour * 60 * minute + min * minute + second * 1000;
  const guess = local - (wall(local, timeZone) - local);
  return guess - (wall(guess, timeZone) - local);
}

/** The wall clock of a zone at an instant, as the calendar writes it: `2026-11-27T08:00`, a midnight as `2026-11-27`. */
export function localText(instant: number, timeZone: string): string {
  const text = new Date(wall(instant, timeZone)).toISOString();
  if (text.endsWith('T00:00:00.000Z')) return text.slice(0, 10);
  return text.slice(0, text.endsWith(':00.000Z') ? 16 : 19);
}

/** An instant in the form in which the calendar had the time before: one for all, or each region's wall clock. */
export const textLike = (before: string, instant: number, timeZone: string): string =>
  hasOffset(before) ? new Date(instant).toISOString().replace('.000Z', 'Z') : localText(instant, timeZone);
