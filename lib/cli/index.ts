import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { backtestCommand } from './backtest/index.ts';
import { calendarCommand } from './calendar/index.ts';
import { accuracyCommand } from './commands/accuracy.ts';
import { changesCommand } from './commands/changes.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { loadCommand } from './commands/load.ts';
import { noticesCommand } from './commands/notices.ts';
import { peaksCommand } from './commands/peaks.ts';
import { refreshCommand } from './commands/refresh.ts';
import { runsCommand } from './commands/runs.ts';
import { seriesCommand } from './commands/series.ts';
import { showCommand } from './commands/show.ts';
import { totalsCommand } from './commands/totals.ts';
import { uiCommand } from './commands/ui.ts';
import { upCommand } from './commands/up.ts';
import { whatIfCommand } from './commands/what-if.ts';
import { CommandFailure } from './failure.ts';
import { forecastCommand } from './forecast/index.ts';
import { packageRoot } from './root.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/**
 * Runs one command. Exit code 0: done; 1: tried and failed; 2: what was asked for cannot be read, and nothing
 * was done.
 */
export async function main(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const program = new Command('cloudtune')
    .description(
      'Forecasts computing demand: the load of every team in every region, and above all the peaks.',
    )
    .version(versionOf())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune up --once\n  $ cloudtune forecast history.csv --horizon 90d\n  $ cloudtune backtest history.csv --horizon 90d\n\n"cloudtune help COMMAND" says more.',
    );
  const commands = [
    upCommand,
    forecastCommand,
    backtestCommand,
    loadCommand,
    refreshCommand,
    showCommand,
    totalsCommand,
    peaksCommand,
    explainCommand,
    seriesCommand,
    runsCommand,
    calendarCommand,
    changesCommand,
    accuracyCommand,
    exportCommand,
    whatIfCommand,
    noticesCommand,
    uiCommand,
  ];
  for (const command of commands) program.addCommand(command(terminal));
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])])
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
  try {
    if (args.length === 0) {
      program.outputHelp();
      return 2;
    }
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.err(`cloudtune: ${messageOf(error)}\n`);
    return error instanceof CommandFailure ? error.exitCode : 1;
  }
}

/** An error that nobody foresaw keeps its stack for whoever asks. */
function messageOf(error: unknown): string {
  if (error instanceof CommandFailure) return error.message;
  if (process.env.CLOUDTUNE_TRACE !== undefined && error instanceof Error)
    return error.stack ?? error.message;
  return `${error instanceof Error ? error.message : String(error)} (CLOUDTUNE_TRACE=1 shows where)`;
}

const versionOf = () =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
