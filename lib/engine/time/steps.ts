import { addLocalDays } from './local.ts';

/** Throws unless a step divides the day evenly (from a minute up), or is a local day or seven. */
export function checkStep(stepSeconds: number): void {
  const fits =
    stepSeconds === 604_800 ||
    (Number.isInteger(stepSeconds) && stepSeconds >= 60 && 86_400 % stepSeconds === 0);
  if (!fits)
    throw new RangeError(
      `A step is 604800 seconds (a week) or at least 60 and a divisor of 86400, got ${stepSeconds}`,
    );
}

/** The first instant after one step that starts at `ms`. */
export function nextStep(timeZone: string, ms: number, stepSeconds: number): number {
  if (stepSeconds < 86_400) return ms + stepSeconds * 1000;
  const days = stepSeconds / 86_400;
  let next = addLocalDays(timeZone, ms, days);
  // A date that the zone skipped is empty: go on to the next one that exists.
  for (let more = days + 1; next <= ms; more++) next = addLocalDays(timeZone, ms, more);
  return next;
}

/**
 * Starts of the steps of [start, end). Below a day a step is elapsed time; a day or a week is counted in
 * local dates from `start`. A last step that reaches past `end` is included.
 */
export function steps(timeZone: string, start: number, end: number, stepSeconds: number): Float64Array {
  checkStep(stepSeconds);
  if (stepSeconds < 86_400) {
    const stepMs = stepSeconds * 1000;
    const time = new Float64Array(Math.max(0, Math.ceil((end - start) / stepMs)));
    for (let i = 0; i < time.length; i++) time[i] = start + i * stepMs;
    return time;
  }
  const time: number[] = [];
  for (let at = start; at < end; at = nextStep(timeZone, at, stepSeconds)) time.push(at);
  return Float64Array.from(time);
}
