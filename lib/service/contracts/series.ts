import { z } from 'zod';

/** A part of a series' name. It stands in URLs, S3 keys and IAM policies as it is, hence the narrow alphabet. */
export const namePart = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'expected 1 to 63 letters, digits, ".", "_" or "-", starting with a letter or digit',
  );

export const seriesKey = z.object({ team: namePart, region: namePart, metric: namePart });
export type SeriesKey = z.infer<typeof seriesKey>;

/** `team/region/metric`. */
export const seriesId = (key: SeriesKey) => `${key.team}/${key.region}/${key.metric}`;

/** A series' name as one text. */
export const seriesName = z.string().superRefine((name, context) => {
  const parts = name.split('/');
  if (parts.length !== 3 || parts.some((part) => !namePart.safeParse(part).success))
    context.addIssue({ code: 'custom', message: 'expected a series as team/region/metric' });
});
/** The key of a name that `seriesName` has taken. */
export function seriesKeyOf(name: string): SeriesKey {
  const [team, region, metric] = name.split('/') as [string, string, string];
  return { team, region, metric };
}

export const metricKind = z.enum(['count', 'gauge']);

/** A history's step: a divisor of the day of at least a minute, a day, or a week. */
export const stepSeconds = z
  .number()
  .int()
  .refine(
    (s) => s === 604_800 || (s >= 60 && s <= 86_400 && 86_400 % s === 0),
    'expected a step of 60 s to 86400 s that divides the day, or 604800 (a week)',
  );

/** What a region is to its series: where its days begin and which holidays it keeps. */
export const regionSettings = z.object({
  region: namePart,
  timeZone: z.string(),
  country: z.string().length(2).optional(),
  subdivision: z.string().optional(),
});
export type RegionSettings = z.infer<typeof regionSettings>;

/** The registry's record of one series. */
export const seriesRecord = seriesKey.extend({
  schemaVersion: z.literal(1),
  metricKind,
  stepSeconds,
  /** Starts of the first and last steps seen, milliseconds since 1970. */
  firstTime: z.number(),
  lastTime: z.number(),
  /** Month (YYYY-MM, UTC) → revision of its history, the ETag of its object. Changes whenever a row of it does. */
  revisions: z.record(z.string(), z.string()),
  updatedAt: z.string(),
});
export type SeriesRecord = z.infer<typeof seriesRecord>;
