import type { Grain, PlannedEvent } from './api.ts';

/** The part of an event that a person moves. */
export type Part = 'start' | 'end' | 'whole';

/** What one press of an arrow key moves, and dragging by steps of: as fine as the grain shows. */
export const steps: Record<Grain, number> = {
  minute: 5 * 60_000,
  hour: 30 * 60_000,
  day: 6 * 3_600_000,
  week: 24 * 3_600_000,
};
/** Larger steps with the shift key held. */
export const large = 12;

/** Where an event lies when a part of it is moved by so much; it keeps at least one step of length. */
export function movedBy(event: PlannedEvent, part: Part, by: number, grain: Grain): PlannedEvent {
  const step = steps[grain];
  const text = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');
  const delta = Math.round(by / step) * step;
  const [start, end] = [Date.parse(event.start), event.end === undefined ? undefined : Date.parse(event.end)];
  if (end === undefined) return { ...event, start: text(start + delta) };
  // An event that is shorter than a step keeps its length rather than turning round.
  const least = Math.min(step, end - start);
  if (part === 'start') return { ...event, start: text(Math.min(start + delta, end - least)) };
  if (part === 'end') return { ...event, end: text(Math.max(end + delta, start + least)) };
  return { ...event, start: text(start + delta), end: text(end + delta) };
}
