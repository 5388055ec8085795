import { z } from 'zod';
import { namePart } from './series.ts';

/** The event calendar as people write it: GET and PUT /v1/calendar, and the document that a region keeps. */

/** Events of one calendar at the most: about 2 MB, and a fit that looks at each of them stays quick. */
export const mostEvents = 10_000;

/** Zeros after the second are what programs write. */
const timeForm = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** The parts of a calendar's time; undefined for what is none. `offset` absent: wall clock of the region. */
export function timeParts(text: string) {
  const found = timeForm.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1900 || year > 2199 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return undefined;
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && minute + second > 0)) return undefined;
  return { year, month, day, hour, minute, second, offset: found[7] };
}

/** With an offset one instant for all; without one the wall clock of each region; a bare date its midnight. */
export const calendarTime = z
  .string()
  .refine(
    (text) => timeParts(text) !== undefined,
    'a time such as 2026-11-24T00:00:00Z, 2026-11-24T00:00+01:00, 2026-11-24T00:00 (local) or 2026-11-24 (local midnight)',
  );

const text = z.string().min(1).max(200);
const some = (of: z.ZodString) => z.array(of).min(1).max(1000).optional();
const positive = z.number().positive();

/** One edition of a kind of event: editions of a kind teach one another. */
export const calendarEntry = z.strictObject({
  id: text,
  kind: text,
  name: text.optional(),
  /** Whom it touches; absent: all. */
  regions: some(namePart),
  teams: some(namePart),
  metrics: some(namePart),
  start: calendarTime,
  /** Exclusive. Absent: a launch. */
  end: calendarTime.optional(),
  /** How much larger than past editions it is expected to be: 1.5 = half as much again. */
  scale: positive.optional(),
  /** Another kind whose past editions stand in while its own has none. */
  like: text.optional(),
  /** Demand that is new: a jump and a decay. */
  launch: z.boolean().optional(),
  /** Units that can be sold: orders stop when they are gone. */
  stock: positive.optional(),
  /** Declared size of a launch: what it adds to a step at its height, in the unit of the series. */
  rate: positive.optional(),
  /** Only what is confirmed moves forecasts. Absent: confirmed. */
  status: z.enum(['draft', 'confirmed', 'cancelled']).optional(),
  /** For people. */
  note: z.string().max(2000).optional(),
});
export type CalendarEntry = z.infer<typeof calendarEntry>;

export const calendarDocument = z.strictObject({
  schemaVersion: z.literal(1),
  events: z
    .array(calendarEntry)
    .max(mostEvents)
    .superRefine((events, context) => {
      const seen = new Set<string>();
      events.forEach(({ id }, i) => {
        if (seen.has(id))
          context.addIssue({
            code: 'custom',
            path: [i, 'id'],
            message: 'an id of its own: another event has it',
          });
        seen.add(id);
      });
    }),
});
export type CalendarDocument = z.infer<typeof calendarDocument>;

/** Who changed the calendar, and why. */
export const authorship = z.object({ author: text, reason: z.string().max(500).optional() });
export type Authorship = z.infer<typeof authorship>;

/** What a version of the calendar changed; versions count from 1. */
export const calendarChange = authorship.extend({
  version: z.number().int().positive(),
  time: z.iso.datetime(),
  /** Without `before` it is new, without `after` it was removed. */
  events: z.array(z.object({ id: text, before: calendarEntry.optional(), after: calendarEntry.optional() })),
});
export type CalendarChange = z.infer<typeof calendarChange>;
/** GET /v1/calendar/changes?limit&nextToken: latest first. */
export const calendarChanges = z.object({
  changes: z.array(calendarChange),
  nextToken: z.string().optional(),
});

/** What the calendar has nothing against, but a planner may not have meant. */
export const calendarWarnings = z.array(z.object({ event: text, warning: z.string() }));
export type CalendarWarning = z.infer<typeof calendarWarnings>[number];
/** PUT /v1/calendar */
export const calendarAnswer = calendarDocument.extend({ warnings: calendarWarnings.optional() });
/** GET and PUT /v1/calendar/events/{id} */
export const eventAnswer = z.object({
  event: calendarEntry,
  version: z.number().int().positive(),
  warnings: calendarWarnings,
});
/** GET /v1/calendar/events */
export const calendarEventsAnswer = z.object({
  version: z.number().int().nonnegative(),
  events: z.array(eventAnswer),
});
