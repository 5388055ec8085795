import { Command, Option } from 'commander';
import type { ExportAnswer, ExportBody } from '../../service/contracts/exports.ts';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { WholeFile } from '../forecast/whole-file.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, instant, jsonOption, parseSeries } from './options.ts';

interface ExportOptions extends ApiOptions {
  out?: string;
  observations?: true;
  start?: number;
  end?: number;
  grain: NonNullable<ExportBody['grain']>;
  quantiles?: string;
  run?: string;
  format?: NonNullable<ExportBody['format']>;
  json?: true;
}

export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .description('fetch a large window of a forecast or a history as a Parquet or CSV file')
    .argument('<series>', 'team/region/metric')
    .option('--out <file>', 'where to (default: a name that says what it is, in this folder)')
    .option('--observations', 'the history in the place of the forecast')
    .option('--start <instant>', 'first instant (default: the first there is)', instant)
    .option('--end <instant>', 'exclusive (default: the last there is)', instant)
    .addOption(
      new Option('--grain <grain>', 'of the rows').choices(['minute', 'hour', 'day', 'week']).default('hour'),
    )
    .option('--quantiles <list>', 'such as 0.5,0.9,0.99 (default: 0.1,0.5,0.9)')
    .option('--run <run>', 'the forecast of an earlier run')
    .addOption(
      new Option('--format <format>', "of the file (default: as --out's name says, else parquet)").choices([
        'parquet',
        'csv',
      ]),
    )
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune export worldcup98/fr/requests --grain minute --out forecast.parquet\n  $ cloudtune export pjme/us/load --observations --out history.csv',
    )
    .action((name: string, options: ExportOptions) => exportSeries(name, options, terminal));
}

async function exportSeries(name: string, options: ExportOptions, terminal: Terminal): Promise<void> {
  const format = options.format ?? (options.out?.toLowerCase().endsWith('.csv') ? 'csv' : 'parquet');
  const body: ExportBody = {
    of: options.observations ? 'observations' : 'forecast',
    grain: options.grain,
    format,
    ...(options.start !== undefined && { start: new Date(options.start).toISOString() }),
    ...(options.end !== undefined && { end: new Date(options.end).toISOString() }),
    ...(options.quantiles !== undefined && {
      quantiles: options.quantiles.split(',').map((part) => part.trim()),
    }),
    ...(options.run !== undefined && { run: options.run }),
  };
  terminal.err('Making the file …\n');
  const made = await client(findEndpoint(options)).export(parseSeries(name), body);
  const out = options.out ?? made.file;
  await fetchTo(out, made);
  if (options.json) return terminal.out(`${JSON.stringify({ ...made, out }, null, 2)}\n`);
  const size =
    made.bytes < 1e6 ? `${(made.bytes / 1e3).toFixed(1)} kB` : `${(made.bytes / 1e6).toFixed(1)} MB`;
  terminal.out(
    `${out}: ${made.rows} ${made.grain}s from ${made.start} to ${made.end}, ${made.columns.join(', ')} (${size})\n`,
  );
}

/** The file takes its place whole, or not at all. */
async function fetchTo(out: string, { url, bytes }: ExportAnswer): Promise<void> {
  const file = new WholeFile(out);
  try {
    const response = await fetch(url);
    if (!response.ok)
      throw new CommandFailure(
        `The file could not be fetched: ${response.status} ${(await response.text()).slice(0, 200)}`,
      );
    let got = 0;
    for await (const piece of response.body!) {
      file.write(piece);
      got += piece.length;
    }
    if (got !== bytes)
      throw new CommandFailure(`The file broke off: got ${got} of ${bytes} bytes. Try again.`);
    file.commit();
  } catch (error) {
    file.abandon();
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`The file could not be fetched: ${(error as Error).message}`, 1, {
      cause: error,
    });
  }
}
