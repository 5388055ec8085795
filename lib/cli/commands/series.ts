import { Command } from 'commander';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { percent, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption } from './options.ts';

export function seriesCommand(terminal: Terminal): Command {
  return new Command('series')
    .description('list the series with the state of their forecasts')
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune series\n  $ cloudtune series --json | jq .series[].seriesId',
    )
    .action(async (options: ApiOptions & { json?: true }) => {
      const series = await client(findEndpoint(options)).series();
      if (options.json) return terminal.out(`${JSON.stringify({ series }, null, 2)}\n`);
      if (series.length === 0) return terminal.out('No series yet: "cloudtune load FILE…" brings one.\n');
      terminal.out(
        table(
          ['series', 'kind', 'step', 'observed until (UTC)', 'forecast', 'backtest WAPE', 'naive'],
          series.map((one) => [
            one.seriesId,
            one.metricKind,
            `${one.stepSeconds / 60} min`,
            one.lastTime.slice(0, 16).replace('T', ' '),
            one.forecast?.status ?? 'none',
            percent(one.forecast?.accuracy?.wape),
            percent(one.forecast?.accuracy?.naiveWape),
          ]),
        ),
      );
      for (const one of series)
        if (one.forecast?.reason !== undefined)
          terminal.out(`${one.seriesId} is ${one.forecast.status}: ${one.forecast.reason}\n`);
    });
}
