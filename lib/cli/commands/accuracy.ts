import { Command } from 'commander';
import type { AccuracyAnswer } from '../../service/contracts/accuracy.ts';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { percent, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, instant, jsonOption, parseSeries } from './options.ts';

interface AccuracyOptions extends ApiOptions {
  json?: true;
  start?: number;
  end?: number;
}

export function accuracyCommand(terminal: Terminal): Command {
  return new Command('accuracy')
    .description('how right earlier forecasts were, beside the seasonal naive')
    .argument('<series>', 'team/region/metric')
    .option('--start <instant>', 'of the days to look at (default: the last 90 that were scored)', instant)
    .option('--end <instant>', 'exclusive', instant)
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nForecasts are scored once a whole local day has come after them, by the time that they were made ahead.\nExamples:\n  $ cloudtune accuracy worldcup98/fr/requests',
    )
    .action(async (name: string, options: AccuracyOptions) => {
      const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
      const answer = await client(findEndpoint(options)).accuracy(parseSeries(name), {
        ...{ start: iso(options.start), end: iso(options.end) },
      });
      terminal.out(options.json ? `${JSON.stringify(answer, null, 2)}\n` : textOf(answer));
    });
}

function textOf({ seriesId, firstDay, lastDay, days, bands, events, words }: AccuracyAnswer): string {
  if (bands.length === 0) return `${words.join('\n')}\n`;
  const numbers = ({ model, naive }: Pick<AccuracyAnswer['bands'][number], 'model' | 'naive'>) => [
    percent(model.wape),
    percent(naive.wape),
    percent(model.bias),
    percent(model.coverage),
    percent(model.peakBias),
    model.peakHours === undefined ? '–' : `${model.peakHours.toFixed(1)} h`,
    String(model.steps),
  ];
  const columns = ['error', 'naive', 'bias', 'in 80 %', 'peak', 'peak time', 'steps'];
  const parts = [
    `${seriesId}: ${days} days from ${firstDay} to ${lastDay}\n`,
    table(
      ['ahead', 'grain', ...columns],
      bands.map((band) => [band.band, band.grain, ...numbers(band)]),
    ),
  ];
  if (events.length > 0)
    parts.push(
      table(
        ['event', 'ahead', ...columns],
        events.map((event) => [event.id, event.band, ...numbers(event)]),
      ),
    );
  return `${[...parts, `${words.join('\n')}\n`].join('\n')}`;
}
