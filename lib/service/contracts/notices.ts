import { z } from 'zod';
import { calendarChange } from './calendar.ts';
import { runId } from './refresh.ts';
import { namePart } from './series.ts';

/** Series of one notice that are told with their peaks; the others are counted. */
export const mostSeriesTold = 50;

/** The highest step within an event, as a distribution. */
export const eventPeak = z.object({
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  /** Of the highest step within the event, by probability ("0.5"). */
  quantiles: z.record(z.string(), z.number()),
  /** Median of its time. */
  time: z.iso.datetime(),
});

/** What a change of the calendar did to the forecasts of a team in a region. */
export const notice = z.object({
  schemaVersion: z.literal(1),
  team: namePart,
  region: namePart,
  runId,
  /** When the run was scheduled that brought it. */
  time: z.iso.datetime(),
  /** The calendar's versions that it brought, one by one. */
  changes: z.array(calendarChange.omit({ events: true })),
  events: calendarChange.shape.events,
  peaks: z.array(
    z.object({
      seriesId: z.string(),
      event: z.string(),
      /** Absent where there was, or is, no event or no forecast over it. */
      before: eventPeak.optional(),
      after: eventPeak.optional(),
    }),
  ),
  /** Touched series whose peaks are not told. */
  more: z.number().int(),
  /** For people, a sentence an event. */
  words: z.array(z.string()),
  /** When the team's message was sent. */
  sentAt: z.iso.datetime().optional(),
});
export type Notice = z.infer<typeof notice>;

/** Of the events that carry messages to teams: also what the rules of teams match on. */
export const messageType = 'Calendar change forecast';

/**
 * What a team is sent: its notice, under an id by which a second delivery is known. Where the notice is too large for a
 * message, the last of its peaks are left out, and counted.
 */
export const teamMessage = notice
  .omit({ sentAt: true })
  .extend({ noticeId: z.string(), peaksLeftOut: z.number().int() });
export type TeamMessage = z.infer<typeof teamMessage>;

/** GET /v1/notices?team&limit&nextToken: latest first. */
export const noticesPage = z.object({ notices: z.array(notice), nextToken: z.string().optional() });

/** NotifyTeams: after a run was published in the place of another. */
export const notifyInput = z.object({ runId, result: z.string(), previousRunId: runId.optional() });
export const notifyOutput = z.object({ runId, notices: z.number().int() });

/** What WatchCalendar found, and did. */
export const watchOutput = z.object({
  found: z.enum([
    'nothing published',
    'nothing new',
    'nothing touched',
    'settling',
    'under way',
    'failed before',
    'started',
  ]),
  runId: runId.optional(),
});
