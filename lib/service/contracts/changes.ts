import { z } from 'zod';
import { grain } from './http.ts';
import { runId } from './refresh.ts';

const instant = z.iso.datetime({ offset: true });
const column = z.array(z.number());

/** GET …/changes?from&to&start&end&grain: what lies between the forecasts of two runs, and because of what. */
export const changesAnswer = z.object({
  seriesId: z.string(),
  from: z.object({ runId, cutoff: instant }),
  to: z.object({ runId, cutoff: instant }),
  grain,
  time: z.array(instant),
  /** Means as the two runs published them. */
  before: column,
  after: column,
  /** By what was given; with `other` (what a fit from anew differs by from one that goes on) they add up to after − before. */
  causes: z.array(z.object({ cause: z.enum(['data', 'calendar', 'other']), change: column })),
  /** What each ingredient adds after less before; they add up to the same. */
  ingredients: z.array(z.object({ name: z.string(), change: column })),
  /** Found by the later one alone. */
  newExclusions: z.array(z.object({ start: instant, end: instant, reason: z.string() })),
  newBreaks: z.array(z.object({ date: z.string(), kind: z.string(), size: z.number() })),
  words: z.array(z.string()),
});
export type ChangesAnswer = z.infer<typeof changesAnswer>;
