import { Command } from 'commander';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption, wholeNumber } from './options.ts';

interface NoticesOptions extends ApiOptions {
  json?: true;
  limit: number;
  team?: string;
}

export function noticesCommand(terminal: Terminal): Command {
  return new Command('notices')
    .description('what changes of the calendar did to the forecasts of each team, latest first')
    .option('--team <team>', 'only those to one team')
    .option('--limit <number>', 'how many', wholeNumber(1, 1000), 20)
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ cloudtune notices --team shop')
    .action(async (options: NoticesOptions) => {
      const notices = await client(findEndpoint(options)).notices(options.limit, options.team);
      if (options.json) return terminal.out(`${JSON.stringify({ notices }, null, 2)}\n`);
      if (notices.length === 0)
        return terminal.out('No notices: no change of the calendar has reached a forecast yet.\n');
      for (const { time, team, region, changes, words, more } of notices) {
        const by = changes.map(({ author, reason }) => (reason ? `${author}: ${reason}` : author)).join('; ');
        terminal.out(`${time.slice(0, 16).replace('T', ' ')} UTC  ${team}/${region}  (${by})\n`);
        for (const sentence of words) terminal.out(`  ${sentence}\n`);
        if (more > 0) terminal.out(`  … and ${more} more series\n`);
      }
    });
}
