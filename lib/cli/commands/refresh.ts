import { Command } from 'commander';
import { awaitRuns, countsInWords, succeeded } from '../await-runs.ts';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { stage, type Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption } from './options.ts';

export function refreshCommand(terminal: Terminal): Command {
  return new Command('refresh')
    .description('start a run: forecast every series of a region, or of all regions')
    .option('--region <id>', 'only this region')
    .option('--wait', 'wait until the run has ended; exit code 1 when it did not publish')
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ cloudtune refresh --wait\n  $ cloudtune refresh --region fr')
    .action(async (options: ApiOptions & { region?: string; wait?: true; json?: true }) => {
      const api = client(findEndpoint(options));
      const asked = await api.refresh(options.region);
      if (!options.wait) {
        if (options.json) terminal.out(`${JSON.stringify({ runs: asked }, null, 2)}\n`);
        else
          for (const { runId } of asked)
            terminal.out(`${runId} started: "cloudtune runs ${runId}" shows it\n`);
        return;
      }
      const waiting = stage(terminal, 'Forecasting');
      const runs = await awaitRuns(api, asked, (ended) =>
        waiting.now(`${ended} of ${asked.length} runs ended`),
      );
      waiting.done();
      if (options.json) terminal.out(`${JSON.stringify({ runs }, null, 2)}\n`);
      else
        for (const run of runs)
          terminal.out(`${run.runId} ${run.status}: ${run.error ?? countsInWords(run)}\n`);
      const broken = runs.filter((run) => !succeeded(run));
      if (broken.length > 0)
        throw new CommandFailure(
          `${broken.map((run) => run.runId).join(', ')} did not publish: readers go on with the forecasts of the run before`,
        );
    });
}
