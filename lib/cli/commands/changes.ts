import { Command } from 'commander';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { number, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, instant, jsonOption, parseSeries } from './options.ts';

interface ChangesOptions extends ApiOptions {
  json?: true;
  from?: string;
  to?: string;
  start?: number;
  end?: number;
}

export function changesCommand(terminal: Terminal): Command {
  return new Command('changes')
    .description('what changed between the forecasts of two runs, and because of what')
    .argument('<series>', 'team/region/metric')
    .option('--from <run>', 'the earlier run (default: the one before)')
    .option('--to <run>', 'the later run (default: the published one)')
    .option('--start <instant>', 'of the window (default: seven days from the later cutoff)', instant)
    .option('--end <instant>', 'exclusive', instant)
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ cloudtune changes worldcup98/fr/requests')
    .action(async (name: string, options: ChangesOptions) => {
      const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
      const answer = await client(findEndpoint(options)).changes(parseSeries(name), {
        ...{ from: options.from, to: options.to },
        ...{ start: iso(options.start), end: iso(options.end) },
      });
      if (options.json) return terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
      const sum = (column: number[]) => column.reduce((a, b) => a + b, 0);
      const mean = (column: number[]) => number(sum(column) / column.length);
      terminal.out(
        `${answer.seriesId}: ${answer.from.runId} → ${answer.to.runId}, ${answer.time[0]} on\n${answer.words.join('\n')}\n\n${table(
          ['', 'mean of a step'],
          [
            ['before', mean(answer.before)],
            ...answer.causes.map(({ cause, change }) => [`by ${cause}`, mean(change)]),
            ['after', mean(answer.after)],
          ],
        )}`,
      );
      const moved = answer.ingredients.filter(
        ({ change }) => Math.abs(sum(change)) > 0.0005 * sum(answer.before),
      );
      if (moved.length > 0)
        terminal.out(
          `\n${table(
            ['ingredient', 'change of a step'],
            moved.map(({ name: ingredient, change }) => [ingredient, mean(change)]),
          )}`,
        );
    });
}
