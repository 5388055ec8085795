import { namePart, type SeriesKey, seriesKey } from '../service/contracts/series.ts';
import { NotFound } from '../service/errors.ts';
import type { ApiPorts } from './resource.ts';

export const seriesPath = '/v1/teams/:team/regions/:region/metrics/:metric';

/** The series that a path names. A name that no series can have, or another region, is not found. */
export function seriesOf({ region }: Pick<ApiPorts, 'region'>, parts: Record<string, string>): SeriesKey {
  const key = seriesKey.safeParse(parts);
  if (!key.success) {
    const [issue] = key.error.issues;
    throw new NotFound(
      `There is no such series: the ${issue!.path.join('.')} in the path is not a name (${issue!.message})`,
    );
  }
  if (key.data.region !== region.region)
    throw new NotFound(`There is no region ${key.data.region} here: this API serves ${region.region}`);
  return key.data;
}

/** The team that a path names. Throws NotFound for what is no name. */
export function teamOf({ team }: Record<string, string>): string {
  const name = namePart.safeParse(team);
  if (!name.success) throw new NotFound('There is no such team: the one in the path is not a name');
  return name.data;
}
