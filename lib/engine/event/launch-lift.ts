import { expand } from '../expand/expand.ts';
import type { EventCurve, ForecastModel } from '../model/types.ts';
import { dayMs, minuteMs } from '../time/local.ts';
import type { CalendarEvent } from '../types.ts';
import { addedBetween, heightOf, usualDecay } from './decay.ts';
import { isNew, type PastLaunch } from './past-launch.ts';

const fade = 10;
const firstSd = 0.3;
const rateSd = 0.3;
const likeSd = 0.2;
/** Of a kind without a past: other kinds of launches, by half. */
const otherSize = 0.5;
const otherSd = 0.5;
const youngDays = 7;
const leastLeft = 0.01;
/** A curve in three parts: minutes in the first day, hours in the first two weeks, then days. */
const parts = [
  { fromDay: 0, untilDay: 1, stepMinutes: 5 },
  { fromDay: 1, untilDay: 14, stepMinutes: 60 },
  { fromDay: 14, untilDay: Number.POSITIVE_INFINITY, stepMinutes: 1440 },
];

/** What launches add at a phase over what they add at their height: a mean of [from, until) days. */
type Shape = (from: number, until: number) => number;

interface Size {
  shape: Shape;
  height: number;
  sd: number;
  /** The most that the launches it was learnt from added to a step. */
  most?: number;
}

/**
 * Lifts of launches to come and of those that go on, beside those the model has. A launch to come is as high as the
 * launches of its kind were (or of `like`, or half of what other kinds were), times `scale`; or as its `rate` says, over the
 * highest step of its first day without it. It falls as they did. One without a past or a rate has no lift.
 */
export function launchLifts(
  model: ForecastModel,
  events: readonly CalendarEvent[],
  past: readonly PastLaunch[],
): Pick<ForecastModel, 'events' | 'curves'> & { most: Map<string, number> } {
  const out = { events: [...model.events], curves: [...model.curves], most: new Map<string, number>() };
  const { cutoff, horizonEnd } = model;
  const lifted = new Set(model.events.map(({ id }) => id));
  const known = new Map<string, number[]>();
  for (const event of [...events].sort((a, b) => a.start - b.start)) {
    const end = event.end ?? Number.POSITIVE_INFINITY;
    if (!isNew(event) || event.start >= horizonEnd || end <= cutoff || lifted.has(event.id)) continue;
    const own = past.find((launch) => launch.event.id === event.id);
    if (event.start < cutoff && (own === undefined || own.until <= cutoff)) continue;
    const size = own === undefined ? sizeOf(event, past, model) : goingOn(own, past, cutoff);
    if (size === undefined) continue;
    const key = own === undefined ? `${event.kind} ${event.like ?? ''} ${size.sd}` : event.id;
    const curves = known.get(key) ?? writeCurves(out.curves, size, event.start, cutoff, horizonEnd);
    known.set(key, curves);
    if (size.most !== undefined) out.most.set(event.id, size.most);
    parts.forEach(({ fromDay }, i) => {
      if (curves[i]! < 0 || event.start + fromDay * dayMs >= end) return;
      const { id, kind, name } = event;
      const start = event.start + fromDay * dayMs;
      const shared = { id, kind, ...(name !== undefined && { name }) };
      out.events.push({ ...shared, start, until: end, curve: curves[i]!, size: size.height });
    });
  }
  return out;
}

/** Positions of the curve's parts, −1 for one that lies before the cutoff or beyond the horizon. */
function writeCurves(
  curves: EventCurve[],
  { shape, sd }: Size,
  start: number,
  cutoff: number,
  horizonEnd: number,
): number[] {
  const last = (horizonEnd - start) / dayMs + 2;
  return parts.map(({ fromDay, untilDay, stepMinutes }) => {
    const until = Math.min(untilDay, last);
    if (start + until * dayMs <= cutoff || fromDay >= until) return -1;
    const step = (stepMinutes * minuteMs) / dayMs;
    const lift = Float32Array.from({ length: Math.ceil((until - fromDay) / step - 1e-9) }, (_, i) => {
      const t = fromDay + i * step;
      return 1 + shape(t, t + step);
    });
    curves.push({ lift, stepMinutes, sd });
    return curves.length - 1;
  });
}

function sizeOf(event: CalendarEvent, past: readonly PastLaunch[], model: ForecastModel): Size | undefined {
  const { kind, like, scale = 1, rate } = event;
  const ofKind = past.filter((launch) => launch.event.kind === kind);
  const alike = ofKind.length > 0 ? ofKind : past.filter((launch) => launch.event.kind === like);
  const teachers = alike.length > 0 ? alike : past;
  const { shape, height, sd } = pooled(teachers);
  if (rate !== undefined) {
    const usual = highestStep(model, event.start);
    return usual > 0 ? { shape, height: rate / usual, sd: rateSd } : undefined;
  }
  if (teachers.length === 0) return undefined;
  const most = scale * Math.max(...teachers.map((launch) => launch.most));
  if (alike.length === 0)
    return { shape, height: otherSize * scale * height, sd: Math.hypot(sd, otherSd), most };
  return { shape, height: scale * height, sd: ofKind.length > 0 ? sd : Math.hypot(sd, likeSd), most };
}

/**
 * Mean shape and geometric mean height, weights halving every ten launches; the height's error as if each were foretold
 * by the others, held to 0.3 by one launch's worth.
 */
function pooled(launches: readonly PastLaunch[]): Size {
  if (launches.length === 0)
    return { shape: (u, v) => addedBetween(usualDecay, u, v), height: 1, sd: otherSd };
  const weights = launches.map((_, i) => 0.5 ** ((launches.length - 1 - i) / fade));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = (of: (launch: PastLaunch) => number) =>
    launches.reduce((sum, launch, i) => sum + weights[i]! * of(launch), 0) / total;
  const log = ({ decay }: PastLaunch) => Math.log(heightOf(decay));
  const middle = mean(log);
  const n = launches.length;
  let squares = firstSd ** 2;
  if (n > 1) for (const launch of launches) squares += (((log(launch) - middle) * n) / (n - 1)) ** 2;
  return {
    shape: (u, v) => mean(({ decay }) => addedBetween(decay, u, v) / heightOf(decay)),
    height: Math.exp(middle),
    sd: Math.sqrt(squares / (n > 1 ? n + 1 : 1)),
  };
}

/** A launch that began before the cutoff: its own fall or, in its first week, that of others of its kind in its own size. */
function goingOn(own: PastLaunch, past: readonly PastLaunch[], cutoff: number): Size | undefined {
  const { decay, points, event, settled } = own;
  const age = (cutoff - event.start) / dayMs;
  const sd = Math.hypot(0.05, firstSd * Math.exp(-age / youngDays));
  if (settled) {
    if (decay.rest > 0 && addedBetween({ ...decay, floor: 0 }, age, age) < leastLeft) return undefined;
    const floor = 1 + decay.floor;
    return { shape: (u, v) => addedBetween({ ...decay, floor: 0 }, u, v) / floor, height: 1, sd };
  }
  const others = past.filter((launch) => launch !== own && launch.event.kind === event.kind);
  if (age >= youngDays || others.length === 0)
    return { shape: (u, v) => addedBetween(decay, u, v), height: 1, sd };
  const { shape } = pooled(others);
  let [product, squares] = [0, 0];
  for (const { from, until, ratio } of points) {
    const w = Math.sqrt(until - from) / Math.max(1, ratio) ** 2;
    product += w * shape(from, until) * (ratio - 1);
    squares += w * shape(from, until) ** 2;
  }
  return { shape, height: squares > 0 ? Math.max(0, product / squares) : heightOf(decay), sd };
}

/** The model's highest step without events in the day from an instant on. */
function highestStep(model: ForecastModel, start: number): number {
  const { stepSeconds } = model.settings;
  const end = Math.min(model.horizonEnd, start + Math.max(dayMs, stepSeconds * 1000));
  const window = { start: Math.max(start, model.cutoff), end, stepSeconds, quantiles: [] };
  return expand({ ...model, events: [] }, window).mean.reduce((top, y) => Math.max(top, y), 0) + model.shift;
}
