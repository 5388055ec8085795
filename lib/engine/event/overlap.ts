import { eventLead, eventTail } from '../digest/digest.ts';
import { minuteMs } from '../time/local.ts';
import { type Edition, leadMinutes, tailMinutes } from './edition.ts';
import { expectedLog } from './expectation.ts';

const rounds = 2;
/** Where events meet, as much is shared at first as can be told from those that stand alone. */
const firstTrust = 0.1;
const leastTrust = 0.02;
const leastShare = 0.02;
/** Minutes of two equal events at once that say what events add adds up. */
const heldToSum = 120;
const leastBoth = 0.1;

interface Meeting {
  /** Position of another edition, and the minute of it that is minute 0 of this one. */
  other: number;
  offset: number;
}

/**
 * Gives each edition its own share of what was seen where events meet, in proportion to what each is expected to add
 * (the sharing step of EM for superposed counts), and returns how what they add joins: w in lift = 1 + max + w (sum
 * − max), by least squares over the minutes where at least two add a tenth, each over its max, held to the sum
 * (w = 1) by two hours of equal events. Changes `log` and `trust` of the editions.
 */
export function shareOverlaps(editions: readonly Edition[]): number {
  const meetings = editions.map((edition) => meetingsOf(edition, editions));
  if (meetings.every((list) => list.length === 0)) return 1;
  const seen = editions.map(({ log }) => log.slice());
  editions.forEach(({ trust }, i) => {
    for (const { other, offset } of meetings[i]!)
      for (let m = 0; m < trust.length; m++)
        if (m + offset >= 0 && m + offset < editions[other]!.log.length) trust[m] = firstTrust;
  });
  let overlap = 1;
  for (let round = 0; round < rounds; round++) {
    const expected = editions.map((edition, i) =>
      meetings[i]!.length === 0 ? edition.log : expectedLog(edition, lessonsWithout(edition, editions)),
    );
    overlap = joinedBy(editions, meetings, seen, expected);
    editions.forEach((_, i) => {
      if (meetings[i]!.length > 0) share(i, editions, meetings[i]!, seen[i]!, expected, overlap);
    });
  }
  return overlap;
}

function lessonsWithout(edition: Edition, editions: readonly Edition[]) {
  const others = editions.filter((e) => e !== edition && e.seen === e.log.length);
  const own = others.filter((e) => e.kind === edition.kind);
  return own.length > 0
    ? { own, others: [] }
    : { own: edition.seen === edition.log.length ? [edition] : [], others };
}

function meetingsOf(edition: Edition, editions: readonly Edition[]): Meeting[] {
  const meetings: Meeting[] = [];
  editions.forEach((other, k) => {
    if (other === edition || other.start - eventLead >= edition.end + eventTail) return;
    if (other.end + eventTail <= edition.start - eventLead) return;
    meetings.push({ other: k, offset: Math.round((edition.start - other.start) / minuteMs) });
  });
  return meetings;
}

const added = (log: number) => Math.max(leastShare, Math.expm1(log));

/** What is expected of all events at a minute: the sum of what they add, the largest of it, and the second. */
function expectedAt(i: number, m: number, meetings: readonly Meeting[], expected: readonly Float64Array[]) {
  let sum = added(expected[i]![m]!);
  let largest = sum;
  let second = 0;
  for (const { other, offset } of meetings) {
    const at = m + offset;
    const log = expected[other]!;
    if (at < 0 || at >= log.length) continue;
    const more = added(log[at]!);
    sum += more;
    second = Math.max(second, Math.min(more, largest));
    largest = Math.max(largest, more);
  }
  return { sum, largest, second };
}

function joinedBy(
  editions: readonly Edition[],
  meetings: readonly (readonly Meeting[])[],
  seen: readonly Float64Array[],
  expected: readonly Float64Array[],
): number {
  let product = heldToSum;
  let squares = heldToSum;
  editions.forEach((edition, i) => {
    for (let m = leadMinutes; m < Math.min(edition.seen, edition.log.length - tailMinutes); m++) {
      const { sum, largest, second } = expectedAt(i, m, meetings[i]!, expected);
      if (second < leastBoth) continue;
      const rest = (sum - largest) / largest;
      product += rest * Math.max(-1, Math.min(2, Math.expm1(seen[i]![m]!) / largest - 1));
      squares += rest ** 2;
    }
  });
  return Math.max(0, Math.min(1, product / squares));
}

function share(
  i: number,
  editions: readonly Edition[],
  meetings: readonly Meeting[],
  seen: Float64Array,
  expected: readonly Float64Array[],
  overlap: number,
): void {
  const { log, trust, seen: known } = editions[i]!;
  for (let m = 0; m < known; m++) {
    const { sum, largest, second } = expectedAt(i, m, meetings, expected);
    const all = Math.expm1(seen[m]!);
    if (second === 0 || all <= 0) continue;
    const own = added(expected[i]![m]!);
    log[m] = Math.log1p((all * own) / (largest + overlap * (sum - largest)));
    trust[m] = Math.max(leastTrust, own / sum);
  }
}
