import { InvalidRequest } from './errors.ts';

/** An RFC 3339 instant as `YYYY-MM-DDTHH:MM:SSZ`: UTC, to the second, so that equal instants are equal texts. */
export function canonicalInstant(instant: string | Date): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime()))
    throw new InvalidRequest(`Expected an RFC 3339 instant, got ${String(instant)}`);
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** `REGION-YYYYMMDDTHHMMSSZ`: the same schedule firing twice is the same run. */
export const runIdOf = (region: string, scheduledTime: string | Date): string =>
  `${region}-${canonicalInstant(scheduledTime).replaceAll(/[-:]/g, '')}`;

/** When a run was scheduled, in milliseconds since 1970, read from its id. */
export function scheduledAt(runId: string): number {
  const match = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(runId);
  if (match === null) throw new InvalidRequest(`Expected a run id REGION-YYYYMMDDTHHMMSSZ, got ${runId}`);
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}
