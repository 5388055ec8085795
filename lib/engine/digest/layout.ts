import { checkStep } from '../time/steps.ts';

/** How a day is cut: steps by the wall clock, and blocks of whole steps of at least a quarter of an hour. */
export interface DayLayout {
  stepMs: number;
  /** Steps a day (1 for days and weeks), blocks a day, steps a block. */
  steps: number;
  blocks: number;
  stepsPerBlock: number;
  /** Local days that one row covers: 1, or 7 for weekly rows. */
  daysPerRow: number;
}

export function dayLayout(stepSeconds: number): DayLayout {
  checkStep(stepSeconds);
  const daysPerRow = stepSeconds > 86_400 ? stepSeconds / 86_400 : 1;
  const steps = Math.max(1, 86_400 / stepSeconds);
  let stepsPerBlock = Math.min(steps, Math.ceil(900 / stepSeconds));
  while (steps % stepsPerBlock !== 0) stepsPerBlock++;
  return { stepMs: stepSeconds * 1000, steps, blocks: steps / stepsPerBlock, stepsPerBlock, daysPerRow };
}
