import type { z } from 'zod';
import type { regionsAnswer } from './contracts/http.ts';
import type { RegionSettings } from './contracts/series.ts';
import type { RunStore } from './ports.ts';

export interface ReadRegionsPorts {
  region: RegionSettings;
  runs: Pick<RunStore, 'published'>;
}

/** The region that this deployment serves, and the run that its readers see. */
export async function readRegions({
  region,
  runs,
}: ReadRegionsPorts): Promise<z.infer<typeof regionsAnswer>> {
  const published = await runs.published();
  return {
    regions: [
      {
        region: region.region,
        timeZone: region.timeZone,
        ...(region.country !== undefined && { country: region.country }),
        ...(published !== undefined && { published }),
      },
    ],
  };
}
