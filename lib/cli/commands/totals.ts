import { Command } from 'commander';
import { client, type Total } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption } from './options.ts';

export function totalsCommand(terminal: Terminal): Command {
  return new Command('totals')
    .description('list the totals of each region, and the series that are missing from them')
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune totals\n  $ cloudtune show us/load   (draws the total of a metric in a region)',
    )
    .action(async (options: ApiOptions & { json?: true }) => {
      const api = client(findEndpoint(options));
      const regions = await api.regions();
      const totals = (await Promise.all(regions.map(({ region }) => api.totals(region)))).flat();
      if (options.json) return terminal.out(`${JSON.stringify({ totals }, null, 2)}\n`);
      if (totals.length === 0)
        return terminal.out('No totals yet: "cloudtune refresh --wait" makes forecasts.\n');
      terminal.out(
        table(
          ['total', 'kind', 'series', 'stale', 'fallback', 'missing', 'from (UTC)', 'correlation'],
          totals.map((one) => [
            `${one.region}/${one.metric}`,
            one.metricKind,
            String(one.series.ok + one.series.stale + one.series.fallback),
            String(one.series.stale),
            String(one.series.fallback),
            String(one.series.missing),
            one.cutoff.slice(0, 16).replace('T', ' '),
            one.correlation.toFixed(2),
          ]),
        ),
      );
      for (const one of totals) terminal.out(wantingWords(one));
    });
}

/** A line for each series of a total that is not as it should be. */
export const wantingWords = ({ wanting }: Total): string =>
  wanting.map(({ seriesId, status, reason }) => `${seriesId} is ${status}: ${reason}\n`).join('');
