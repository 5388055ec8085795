import { type Edition, leadMinutes, tailMinutes } from './edition.ts';

const dayMinutes = 1440;
/** From half a day on the middle of an event follows the clock; a shorter one is all opening and closing. */
const clockBound = 720;

export const isClockBound = ({ minutes }: { minutes: number }): boolean => minutes >= clockBound;
const edgeMinutes = 180;
const bodyEnd = 60;
/** A spike that is a dip leaves at least this of the body. */
const leastLift = 0.1;

export type Transferred = Pick<Edition, 'log' | 'trust'>;
export type When = Pick<Edition, 'minutes' | 'clock' | 'change'>;
export type Transfer = (edition: Edition, event: When) => Transferred;

/** `transferred`, made once for events of one length and time of day; holds while the editions do not change. */
export function transferredOnce(): Transfer {
  const made = new Map<string, Transferred>();
  return (edition, event) => {
    const { minutes, clock, change } = event;
    const key = `${edition.id} ${minutes} ${clock} ${change?.after} ${change?.by}`;
    const known = made.get(key) ?? transferred(edition, event);
    made.set(key, known);
    return known;
  };
}

/**
 * What an old edition says of an event of another length or time of day: its ln lift by the event's own minutes, from
 * an hour before its start to two hours after its end, and how far each minute is to be trusted.
 *
 * Of an edition of at least half a day, lift = body(clock) + opening(time since start) + closing(time to end): the
 * opening and the closing are what the first and last three hours have over the body at the same time of day, or over
 * the line across the hours that the body does not have. A shorter one has no clock: the first half of the shorter
 * of the two goes by time since start, the last by time to end, and what lies between stays as the old middle was.
 */
export function transferred(edition: Edition, event: When): Transferred {
  const { minutes } = event;
  const sameClock =
    event.clock === edition.clock && event.change === undefined && edition.change === undefined;
  if (minutes === edition.minutes && (sameClock || !isClockBound(edition))) return edition;
  const total = Math.ceil(leadMinutes + minutes + tailMinutes);
  const log = new Float64Array(total);
  const trust = new Float64Array(total);
  const { minutes: old } = edition;
  const body = isClockBound(edition) ? clockBody(edition) : undefined;
  const half = Math.min(minutes, old) / 2;
  const reach = Math.min(edgeMinutes, half);
  const last = edition.log.length - 1;
  const at = (m: number) => Math.min(last, Math.max(0, Math.round(leadMinutes + m)));
  for (let m = 0; m < total; m++) {
    const since = m - leadMinutes;
    const toEnd = minutes - since;
    const fromStart = since < toEnd;
    // The minute of the old edition at the same time since its start or to its end, whichever is nearer.
    const same = fromStart ? since : old - toEnd;
    if (since < 0 || toEnd <= 0 || body === undefined) {
      const middle = since >= half && toEnd > half;
      log[m] = edition.log[at(middle ? old / 2 : same)]!;
      trust[m] = edition.trust[at(middle ? old / 2 : same)]!;
      continue;
    }
    const apart = clockAt(event, since) - clockAt(edition, same);
    const aligned = same + (((apart % dayMinutes) + 1.5 * dayMinutes) % dayMinutes) - dayMinutes / 2;
    const lift = Math.exp(body(aligned));
    const spike =
      since < reach || toEnd <= reach ? Math.exp(edition.log[at(same)]!) - Math.exp(body(same)) : 0;
    log[m] = Math.log(Math.max(leastLift * lift, lift + spike));
    trust[m] = edition.trust[at(Math.min(Math.max(same, 0), old - 1))]!;
  }
  return { log, trust };
}

const clockAt = ({ clock, change }: When, minute: number) =>
  clock + minute + (change !== undefined && minute >= change.after ? change.by : 0);

/** The body of a long edition by minutes since its start, moved by a day where only that time of day was seen. */
function clockBody({ minutes, log }: Edition): (m: number) => number {
  const from = edgeMinutes;
  const until = Math.floor(minutes) - edgeMinutes;
  const mean = (first: number) => {
    let sum = 0;
    for (let m = first; m < first + bodyEnd; m++) sum += log[leadMinutes + m]!;
    return sum / bodyEnd;
  };
  const [early, late] = [mean(from), mean(until - bodyEnd)];
  const gap = dayMinutes - (until - from);
  return (m) => {
    for (const day of [0, dayMinutes, -dayMinutes]) {
      const there = Math.round(m + day);
      if (there >= from && there < until) return log[leadMinutes + there]!;
    }
    // A time of day that the body never had: along the line from its end to its beginning.
    const into = (((m - until) % dayMinutes) + dayMinutes) % dayMinutes;
    return gap > 0 ? late + ((early - late) * into) / gap : late;
  };
}
