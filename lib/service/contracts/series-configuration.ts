import { z } from 'zod';

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a local date such as 2026-03-01');

const period = z
  .strictObject({
    name: z.string().min(1),
    daysOfMonth: z
      .array(
        z
          .number()
          .int()
          .refine(
            (d) => d !== 0 && Math.abs(d) <= 31,
            'expected a day from 1 to 31, or −31 to −1 from the end',
          ),
      )
      .min(1)
      .optional(),
    onDayOff: z.enum(['stay', 'before', 'after']).optional(),
    everyDays: z.number().min(2).optional(),
  })
  .refine(
    ({ daysOfMonth, everyDays }) => (daysOfMonth === undefined) !== (everyDays === undefined),
    'expected one of daysOfMonth and everyDays',
  )
  .refine(
    ({ onDayOff, everyDays }) => onDayOff === undefined || everyDays === undefined,
    'onDayOff goes with daysOfMonth',
  );

/** What may be said of one series; an unknown key is refused by its name. The engine has the defaults. */
export const seriesConfiguration = z.strictObject({
  seasons: z
    .strictObject({
      week: z.boolean().optional(),
      year: z.union([z.literal('auto'), z.boolean()], 'expected "auto", true or false').optional(),
      periods: z.array(period).optional(),
    })
    .optional(),
  holidays: z.boolean().optional(),
  events: z.boolean().optional(),
  /** Local dates. */
  breaks: z.array(date).optional(),
  /** FROM/TO, half-open. */
  exclusions: z.array(z.string()).optional(),
  quantiles: z
    .array(z.number().gt(0).lt(1))
    .min(1)
    .refine((all) => all.every((p, i) => p > (all[i - 1] ?? 0)), 'expected probabilities in ascending order')
    .optional(),
});
export type SeriesConfigurationDocument = z.infer<typeof seriesConfiguration>;
