import { interruptible } from './clock.ts';
import type { WaitState } from './definition.ts';
import { isTimestamp } from './timestamp.ts';
import type { Visit } from './visit.ts';

/** Waits for a number of seconds, or until an instant (which may have passed). */
export async function wait(state: WaitState, visit: Visit): Promise<void> {
  const { signal, surroundings } = visit.frame;
  const seconds = await visit.number(state.seconds, 'Seconds');
  const timestamp = await visit.text(state.timestamp, 'Timestamp');
  if (timestamp !== undefined && !isTimestamp(timestamp))
    throw visit.unexpected('Timestamp', 'timestamp such as 2026-03-01T12:00:00Z', timestamp, state.timestamp);
  const ms =
    timestamp === undefined ? (seconds ?? 0) * 1000 : Date.parse(timestamp) - surroundings.clock.now();
  if (ms > 0) await interruptible(surroundings.clock.sleep(ms, signal), signal);
}
