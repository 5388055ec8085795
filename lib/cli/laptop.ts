import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fleet, type RegionApi, regionApis } from '../api/fleet.ts';
import { bootCloud } from '../local/index.ts';
import { removeEndpoint, writeEndpoint } from './endpoint.ts';
import { loadPage } from './page.ts';
import { serve } from './server.ts';
import { synthesize } from './synthesize.ts';
import { stage, type Terminal } from './terminal.ts';

export interface LaptopOptions {
  dir: string;
  port: number;
  /** Function invocations at a time. Default: the processors, at most 8. */
  workers?: number;
}

/** The product on a laptop: the synthesized app in the laptop cloud, with the page and the API of all its regions. */
export interface Laptop {
  url: string;
  regions: RegionApi[];
  close(): Promise<void>;
}

export async function startLaptop(options: LaptopOptions, terminal: Terminal): Promise<Laptop> {
  const { dir } = options;
  mkdirSync(dir, { recursive: true });
  const synthesizing = stage(terminal, 'Synthesizing the CDK app');
  const [{ assembly, made }, page] = await Promise.all([synthesize(dir), loadPage(join(dir, 'page'))]);
  synthesizing.done(made ? '' : 'nothing to do');

  const booting = stage(terminal, 'Booting the laptop cloud');
  const cloud = await bootCloud({
    assembly,
    dir: join(dir, 'cloud'),
    concurrency: options.workers ?? Math.min(availableParallelism(), 8),
    // The calendar is looked at each minute, in every region: no news for people.
    log: (line) => {
      if (!/^schedule \S*CalendarWatch/.test(line)) terminal.err(`  ${line}\n`);
    },
  });
  try {
    const regions = regionApis(cloud.stacks);
    if (regions.length === 0)
      throw new Error(
        `no stack has the outputs RegionId and ApiUrl: is ${assembly} an assembly of CloudTune?`,
      );
    const server = await serve(page, fleet(regions), options.port);
    writeEndpoint(dir, server.url);
    booting.done(`${regions.length} regions, ${regions.map(({ region }) => region).join(', ')}`);
    return {
      url: server.url,
      regions,
      async close() {
        removeEndpoint(dir);
        await server.close();
        await cloud.close();
      },
    };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}
