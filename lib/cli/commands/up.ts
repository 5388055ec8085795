import { Command } from 'commander';
import { seriesId } from '../../service/contracts/series.ts';
import { awaitRuns } from '../await-runs.ts';
import { type Client, client, type RefreshAnswer, type SeriesSummary } from '../client.ts';
import {
  type Example,
  type ExampleHistory,
  exampleEvents,
  exampleReader,
  listExamples,
} from '../examples.ts';
import { CommandFailure } from '../failure.ts';
import type { Laptop, LaptopOptions } from '../laptop.ts';
import { failures, summarize, summaryText } from '../summary.ts';
import { stage, type Terminal } from '../terminal.ts';
import { upload } from '../upload.ts';
import { dirOption, jsonOption, wholeNumber } from './options.ts';

interface UpOptions extends Omit<LaptopOptions, 'port'> {
  port?: number;
  once?: true;
  examples: boolean;
  json?: true;
}

export function upCommand(terminal: Terminal): Command {
  return new Command('up')
    .description(
      'run everything on this machine: the CDK app in the laptop cloud, with real examples and the page',
    )
    .option('--once', 'load the examples, refresh, print a table of the series, and stop')
    .option(
      '--port <number>',
      'port of the page and the API, 0 for any free one (default: 8787)',
      wholeNumber(0, 65_535),
    )
    .option(
      '--workers <number>',
      'function invocations at a time (default: the processors)',
      wholeNumber(1, 64),
    )
    .option('--no-examples', 'load no examples')
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nEverything is kept below --dir; delete the folder to start anew.\n\nExamples:\n  $ cloudtune up\n  $ cloudtune up --once\n  $ cloudtune up --no-examples --dir ~/traffic --port 9000',
    )
    .action((options: UpOptions) => up(options, terminal));
}

async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  let laptop: Laptop | undefined;
  try {
    // Loaded only here: the other commands need no cloud, and start faster without it.
    const { startLaptop } = await import('../laptop.ts');
    laptop = await startLaptop({ ...options, port: options.port ?? (options.once ? 0 : 8787) }, terminal);
    if (!options.once)
      terminal.err(`\n  The page:  ${laptop.url}/\n  The API:   ${laptop.url}/v1/series\n\n`);
    await Promise.race([work(laptop, options, terminal, stopped.signal), whenAborted(stopped.signal)]);
    if (!options.once && !stopped.signal.aborted) {
      terminal.err(`\nReady at ${laptop.url}/ (Ctrl-C stops)\n`);
      await whenAborted(stopped.signal);
    }
  } finally {
    if (stopped.signal.aborted) terminal.err('\nStopping …\n');
    await laptop?.close();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
  }
}

async function work(
  laptop: Laptop,
  options: UpOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const api = client(laptop.url);
  const examples = options.examples ? listExamples() : [];
  const exampleOf = exampleReader(examples);
  const known = await api.series();
  const asked: RefreshAnswer[] = [];
  const loading = stage(terminal, 'Loading the examples');
  let rows = 0;
  const events = await loadCalendar(api, examples);
  // A region's run begins as soon as its histories are in, while those of the next one are loaded.
  for (const { region } of laptop.regions) {
    const here = examples.filter((one) => one.region === region);
    for (const one of here.filter((each) => !isLoaded(each, known))) {
      if (signal.aborted) return;
      loading.now(seriesId(one));
      rows += await loadExample(api, one, (await exampleOf(seriesId(one)))!);
    }
    if (here.length > 0 || known.some((one) => one.region === region))
      asked.push(...(await api.refresh(region)));
  }
  loading.done(
    rows + events === 0 ? 'nothing to do' : `${rows} rows of ${examples.length} series, ${events} events`,
  );
  if (asked.length === 0)
    return terminal.err('No series yet: "cloudtune load FILE…" in another terminal brings one.\n');

  const forecasting = stage(terminal, 'Forecasting');
  const runs = await awaitRuns(
    api,
    asked,
    (ended) => forecasting.now(`${ended} of ${asked.length} regions done`),
    signal,
  );
  forecasting.done(`${runs.length} regions`);
  const measuring = stage(terminal, 'Measuring on what was held out');
  const summary = await summarize(api, exampleOf, runs, (id) => measuring.now(id));
  measuring.done();
  terminal.out(options.json ? `${JSON.stringify(summary, null, 2)}\n` : `\n${summaryText(summary)}`);
  const failed = failures(summary);
  if (failed.length === 0) return;
  if (options.once) throw new CommandFailure(failed.join('\n'));
  terminal.err(`${failed.join('\n')}\n`);
}

/**
 * The examples' events, where there is no calendar yet: what people wrote since is theirs.
 * @returns the events that went in
 */
async function loadCalendar(api: Client, examples: readonly Example[]): Promise<number> {
  const events = exampleEvents(examples);
  if (events.length === 0) return 0;
  const { document, version } = await api.calendar();
  if (document.events.length > 0) return 0;
  await api.replaceCalendar({ ...document, events }, version);
  return events.length;
}

/** Parts are sent oldest first, so the step before the cutoff is there only when all are. */
function isLoaded(one: Example, known: readonly SeriesSummary[]): boolean {
  const found = known.find((each) => each.seriesId === seriesId(one));
  return (
    found !== undefined && Date.parse(found.lastTime) + found.stepSeconds * 1000 >= Date.parse(one.cutoff)
  );
}

/** @returns the rows that went in */
async function loadExample(api: Client, one: Example, history: ExampleHistory): Promise<number> {
  const { known: observations, stepSeconds } = history;
  const done = await upload(api, one, { observations, stepSeconds }, one.metricKind);
  if (done.rejected > 0)
    throw new CommandFailure(
      `${one.file}: ${done.rejected} rows were rejected: ${done.rejections[0]?.reason}`,
    );
  return done.accepted;
}

const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
