import type { CalendarChange, CalendarEntry } from './contracts/calendar.ts';
import type { Notice } from './contracts/notices.ts';

type Change = CalendarChange['events'][number];

/** What changed of an event, and what that does to the peak that it moves most, in a sentence. */
export function wordsOfChange(change: Change, peaks: Notice['peaks']): string {
  const { id, before, after } = change;
  const name = after?.name ?? before?.name ?? id;
  const title = name === id ? `"${id}"` : `${name} ("${id}")`;
  const moved = peaks
    .flatMap(({ seriesId, before: then, after: now }) => {
      const [from, to] = [then?.quantiles['0.5'], now?.quantiles['0.5']];
      return from === undefined || to === undefined || now === undefined
        ? []
        : [{ seriesId, from, to, time: now.time, ratio: from > 0 ? to / from : Number.NaN }];
    })
    .sort((a, b) => Math.abs(Math.log(b.ratio || 1)) - Math.abs(Math.log(a.ratio || 1)))[0];
  const effect =
    moved === undefined
      ? ''
      : `; the peak of ${moved.seriesId} goes from ${short(moved.from)} to ${short(moved.to)}${percent(moved.ratio)} at the median, likely at ${moved.time.slice(0, 16)}Z`;
  return `${title} ${whatHappened(before, after)}${effect}.`;
}

function whatHappened(before: CalendarEntry | undefined, after: CalendarEntry | undefined): string {
  if (before === undefined) return `is new: ${after!.start} to ${after!.end ?? 'open end'}`;
  if (after === undefined) return `was removed: it was ${before.start} to ${before.end ?? 'open end'}`;
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof CalendarEntry)[];
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  return `changed: ${changed.map((field) => `${field} ${shown(before[field])} → ${shown(after[field])}`).join(', ')}`;
}

const shown = (value: unknown) =>
  value === undefined ? 'none' : Array.isArray(value) ? value.join(', ') : String(value);
const short = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US');
const percent = (ratio: number) =>
  Number.isFinite(ratio) ? ` (${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(0)} %)` : '';
