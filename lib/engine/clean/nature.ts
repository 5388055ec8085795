import type { OddSpan } from './spans.ts';

/** Odd spans that a series may have before they are its nature: two and one a fortnight, or two and 1 % of its blocks. */
const fortnight = 14;
const mostShare = 0.01;
/** The same holds within any eight weeks: a series may have been wilder once. */
const stretch = 56;
/** Where there are more, one stands out from them only if it lies twice as far off (in logarithms). */
const standsOut = 2;
/** Spans of at most six hours that begin at one time of day: three of them, a third of all, are a habit. */
const habitShare = 6 / 24;
const habitLeast = 3;
const habitPart = 1 / 3;
/** In another year the same days: a season, though it came only once a year. */
const yearDays = 365.2425;
const sameSeasonDays = 7;

/**
 * Takes out what belongs to the series: spans that come too often (noise), at one time of the day (a job, or a job that
 * was missed), or in the same days of another year (a season). `day` holds the dates of the rows.
 */
export function withoutNature(spans: readonly OddSpan[], day: Int32Array, blocks: number): OddSpan[] {
  const dayOf = ({ first }: OddSpan) => day[Math.floor(first / blocks)]!;
  const perDay = Math.min(1 / fortnight, mostShare * blocks);
  const rare: OddSpan[] = [];
  for (const side of ['high', 'low', 'stuck'] as const) {
    const alike = spans.filter((span) => span.side === side);
    const often = frequent(alike, 2 + perDay * day.length);
    for (const span of alike) {
      const near = alike.filter((other) => Math.abs(dayOf(other) - dayOf(span)) <= stretch / 2);
      if (!often(span) && !frequent(near, 2 + perDay * stretch)(span)) rare.push(span);
    }
  }
  const yearly = (span: OddSpan) =>
    spans.some((other) => {
      const apart = dayOf(span) - dayOf(other);
      const years = Math.round(apart / yearDays);
      return other.side === span.side && years !== 0 && Math.abs(apart - years * yearDays) <= sameSeasonDays;
    });
  const habit = habits(spans, blocks);
  return rare.filter((span) => !yearly(span) && !habit(span)).sort((a, b) => a.first - b.first);
}

/** Whether a span is no more than its many likes are. */
function frequent(alike: readonly OddSpan[], allowed: number): (span: OddSpan) => boolean {
  if (alike.length <= allowed) return () => false;
  const usual = alike.map(({ peak }) => peak).sort((a, b) => b - a)[Math.floor(allowed)]!;
  return ({ peak }) => peak <= standsOut * usual;
}

function habits(spans: readonly OddSpan[], blocks: number): (span: OddSpan) => boolean {
  if (blocks === 1) return () => false;
  const short = spans.filter(({ first, until }) => until - first <= Math.max(1, habitShare * blocks));
  return (span) => {
    if (!short.includes(span)) return false;
    const together = short.filter((other) => {
      const apart = Math.abs((span.first - other.first) % blocks);
      return Math.min(apart, blocks - apart) <= 1;
    }).length;
    return together >= habitLeast && together >= habitPart * short.length;
  };
}
