import { Command } from 'commander';
import { awaitRuns } from '../await-runs.ts';
import { type Client, client } from '../client.ts';
import { type ExampleHistory, listExamples, readExample } from '../examples.ts';
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
  const examples = options.examples ? await loadExamples(api, laptop, terminal) : [];
  if ((await api.series()).length === 0 && !options.once) {
    terminal.err('No series yet: "cloudtune load FILE…" in another terminal brings one.\n');
    return;
  }
  const forecasting = stage(terminal, 'Forecasting');
  const asked = await api.refresh();
  const runs = await awaitRuns(
    api,
    asked,
    (ended) => forecasting.now(`${ended} of ${asked.length} regions done`),
    signal,
  );
  forecasting.done(`${runs.length} regions`);
  const measuring = stage(terminal, 'Measuring on what was held out');
  const summary = await summarize(api, examples, runs, (seriesId) => measuring.now(seriesId));
  measuring.done();
  terminal.out(options.json ? `${JSON.stringify(summary, null, 2)}\n` : `\n${summaryText(summary)}`);
  const failed = failures(summary);
  if (failed.length === 0) return;
  if (options.once) throw new CommandFailure(failed.join('\n'));
  terminal.err(`${failed.join('\n')}\n`);
}

/** Loads what is not there yet, up to each example's cutoff. */
async function loadExamples(api: Client, laptop: Laptop, terminal: Terminal): Promise<ExampleHistory[]> {
  const here = new Set(laptop.regions.map(({ region }) => region));
  const listed = listExamples().filter((one) => here.has(one.region));
  const loading = stage(terminal, 'Loading the examples');
  const known = new Map((await api.series()).map((one) => [one.seriesId, Date.parse(one.lastTime)]));
  const examples: ExampleHistory[] = [];
  let rows = 0;
  for (const one of listed) {
    const id = `${one.team}/${one.region}/${one.metric}`;
    loading.now(id);
    const history = await readExample(one);
    examples.push(history);
    // Parts are sent oldest first, so the last row is there only when all are.
    if ((known.get(id) ?? Number.NEGATIVE_INFINITY) >= history.known.time.at(-1)!) continue;
    const done = await upload(
      api,
      one,
      { observations: history.known, stepSeconds: history.stepSeconds },
      one.metricKind,
    );
    if (done.rejected > 0)
      throw new CommandFailure(
        `${one.file}: ${done.rejected} rows were rejected: ${done.rejections[0]?.reason}`,
      );
    rows += done.accepted;
  }
  loading.done(rows === 0 ? 'all there already' : `${rows} rows of ${listed.length} series`);
  return examples;
}

const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
