import type { Command } from 'commander';

/** What the commands that work on a file of history have in common. */
export function historyOptions(command: Command): Command {
  return command
    .argument(
      '<history>',
      'CSV (also .gz or .zst) or Parquet with a header and the columns timestamp and value',
    )
    .option('--horizon <length>', 'how far: 90min, 36h, 90d, 12w, 6mo, 2y (local days, weeks, months, years)')
    .option(
      '--cutoff <time>',
      'the first instant forecast; nothing from it on is seen (default: one step after the last row)',
    )
    .option('--step <step>', "the history's step: 1m, 5m, 10m, 30m, 1h, 1d, 1w (default: found)")
    .option('--time-zone <zone>', 'where days begin, and how times without an offset are read', 'UTC')
    .option('--country <code>', 'keep the public holidays of a country, such as FR')
    .option('--subdivision <code>', 'and those of a part of it, such as 67 of FR-67')
    .option('--metric-kind <kind>', 'count (adds up over time) or gauge (averages over time)', 'gauge')
    .option('--value-column <name>', 'the column to forecast', 'value')
    .option('--series-column <name>', 'the column that names the series, for several in one file')
    .option(
      '--events <file>',
      'JSON list of { id, kind, name?, start, end?, scale?, like?, launch?, stock?, rate? }',
    )
    .option('--regressors <file>', 'CSV with timestamp and one column each, over history and horizon')
    .option('--breaks <dates>', 'local dates on which the level or its growth changed, such as 2026-03-01')
    .option(
      '--exclude <from/to>',
      'keep a span out of the fit; may be given again and again (TO is exclusive, a bare date local midnight)',
      (span: string, before: string[]) => [...before, span],
      [],
    )
    .option(
      '--config <file>',
      'JSON with seasons, holidays, events, breaks, exclusions and quantiles of a series',
    )
    .option('--quantiles <list>', 'probabilities, ascending (default: 0.1,0.5,0.9)');
}
