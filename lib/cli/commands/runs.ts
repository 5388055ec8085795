import { Command } from 'commander';
import { countsInWords } from '../await-runs.ts';
import { client, type Run } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption, wholeNumber } from './options.ts';

export function runsCommand(terminal: Terminal): Command {
  return new Command('runs')
    .description('list the runs, latest first, or show one')
    .argument('[run]', 'id of a run')
    .option('--limit <number>', 'how many to list', wholeNumber(1, 1000), 20)
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ cloudtune runs\n  $ cloudtune runs fr-20261123T200000Z')
    .action(async (runId: string | undefined, options: ApiOptions & { json?: true; limit: number }) => {
      const api = client(findEndpoint(options));
      if (runId === undefined) {
        const runs = await api.runs(options.limit);
        if (options.json) terminal.out(`${JSON.stringify({ runs }, null, 2)}\n`);
        else
          terminal.out(runs.length === 0 ? 'No runs yet: "cloudtune refresh" starts one.\n' : listed(runs));
      } else {
        const run = await api.run(runId);
        terminal.out(options.json ? `${JSON.stringify(run, null, 2)}\n` : shown(run));
      }
    });
}

const listed = (runs: readonly Run[]) =>
  table(
    ['run', 'status', 'started (UTC)', 'took', 'series', 'outcome'],
    runs.map((run) => [
      run.runId,
      run.status,
      run.startedAt.slice(0, 19).replace('T', ' '),
      took(run),
      run.series === undefined ? '–' : String(run.series),
      run.error ?? countsInWords(run),
    ]),
  );

const took = (run: Run) =>
  run.endedAt === undefined
    ? '–'
    : `${((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1)} s`;

const shown = (run: Run) =>
  Object.entries({ ...run, counts: countsInWords(run) })
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name.padEnd(14)}${value}\n`)
    .join('');
