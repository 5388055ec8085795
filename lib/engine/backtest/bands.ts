import type { ForecastModel } from '../model/types.ts';
import { dayMs } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';

/** Leads (by the wall clock, ms) below `until` belong to the band; longer ones to a later one. */
export const bands: readonly { band: string; until: number }[] = [
  { band: '1h', until: dayMs / 24 },
  { band: '1d', until: dayMs },
  { band: '7d', until: 7 * dayMs },
  { band: '30d', until: 30 * dayMs },
  { band: '90d', until: 90 * dayMs },
  { band: '1y', until: 366 * dayMs },
  { band: 'longer', until: Number.POSITIVE_INFINITY },
];

/** Position of a lead's band. */
export const bandOf = (lead: number): number => bands.findIndex(({ until }) => lead < until);

/** Time by the wall clock from a model's cutoff to an instant. */
export function leadOf({ cutoff, settings }: ForecastModel, at: number): number {
  const wall = (ms: number) => ms + offsetSpan(settings.timeZone, ms).offset;
  return wall(at) - wall(cutoff);
}
