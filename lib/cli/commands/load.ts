import { Command, Option } from 'commander';
import { namePart, seriesId } from '../../service/contracts/series.ts';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { stage, type Terminal } from '../terminal.ts';
import { readHistoryFile, upload } from '../upload.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption, wholeNumber } from './options.ts';

interface LoadOptions extends ApiOptions {
  team: string;
  region: string;
  metric: string;
  kind?: 'count' | 'gauge';
  timeZone?: string;
  timestampColumn?: string;
  valueColumn?: string;
  step?: number;
  json?: true;
}

const shownRejections = 10;

export function loadCommand(terminal: Terminal): Command {
  return new Command('load')
    .description('load a history from CSV, CSV.gz or Parquet files, with the columns timestamp and value')
    .argument('<files...>', 'files of one series, in any order; loading the same rows twice changes nothing')
    .requiredOption('--team <name>', 'team of the series')
    .requiredOption('--region <id>', 'region of the series')
    .requiredOption('--metric <name>', 'metric of the series')
    .addOption(
      new Option('--kind <kind>', 'count adds up over time (requests), gauge averages (megawatts)').choices([
        'count',
        'gauge',
      ]),
    )
    .option('--time-zone <zone>', "zone of timestamps without an offset (default: the region's)")
    .option('--timestamp-column <name>', 'column of the timestamps (default: timestamp)')
    .option('--value-column <name>', 'column of the values (default: value)')
    .option(
      '--step <seconds>',
      'step of the history (default: found from the rows)',
      wholeNumber(60, 604_800),
    )
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune load orders.csv --team shop --region fr --metric orders --kind count\n  $ cloudtune load 2025.parquet 2026.parquet --team shop --region fr --metric orders --kind count',
    )
    .action((files: string[], options: LoadOptions) => load(files, options, terminal));
}

async function load(files: string[], options: LoadOptions, terminal: Terminal): Promise<void> {
  for (const name of ['team', 'region', 'metric'] as const)
    if (!namePart.safeParse(options[name]).success)
      throw new CommandFailure(
        `--${name}: expected 1 to 63 letters, digits, ".", "_" or "-", starting with a letter or digit, got "${options[name]}"`,
        2,
      );
  const key = { team: options.team, region: options.region, metric: options.metric };
  const api = client(findEndpoint(options));
  const regions = await api.regions();
  const region = regions.find((one) => one.region === key.region);
  if (region === undefined)
    throw new CommandFailure(
      `--region: expected one of ${regions.map((one) => one.region).join(', ')}, got "${key.region}"`,
      2,
    );
  const timeZone = options.timeZone ?? region.timeZone;
  // All files are read before the first row goes out: a file that cannot be read leaves nothing half loaded.
  const histories = [];
  for (const file of files) {
    const reading = stage(terminal, `Reading ${file}`);
    const history = await readHistoryFile(file, {
      timeZone,
      ...(options.timestampColumn !== undefined && { timestampColumn: options.timestampColumn }),
      ...(options.valueColumn !== undefined && { valueColumn: options.valueColumn }),
      ...(options.step !== undefined && { stepSeconds: options.step }),
    });
    reading.done(`${history.observations.time.length} rows, one each ${history.stepSeconds / 60} min`);
    histories.push({ file, history });
  }
  const reports = [];
  for (const { file, history } of histories) {
    const sending = stage(terminal, `Loading ${file}`);
    let sent = 0;
    const rows = history.observations.time.length;
    const done = await upload(api, key, history, options.kind, (part) => {
      sent += part;
      sending.now(`${Math.floor((sent / rows) * 100)} %`);
    });
    sending.done();
    // The lines of the file are what a person can look up; those the API counts are of what was sent to it.
    const rejections = [...history.rejections, ...done.rejections.map(({ reason }) => ({ line: 0, reason }))];
    reports.push({
      file,
      seriesId: seriesId(key),
      accepted: done.accepted,
      rejected: history.rejected + done.rejected,
      rejections,
    });
  }
  if (options.json) return terminal.out(`${JSON.stringify({ files: reports }, null, 2)}\n`);
  for (const report of reports) {
    terminal.out(
      `${report.file}: ${report.accepted} rows in ${report.seriesId}${report.rejected > 0 ? `, ${report.rejected} rejected` : ''}\n`,
    );
    for (const { line, reason } of report.rejections.slice(0, shownRejections))
      terminal.out(`  ${line > 0 ? `line ${line}: ` : ''}${reason}\n`);
  }
}
