import { parseArgs } from 'node:util';
import type { Measure } from './measure.ts';

const suites: Record<string, () => Promise<() => Measure[] | Promise<Measure[]>>> = {
  engine: async () => (await import('./engine.ts')).benchEngine,
  peers: async () => (await import('./peers.ts')).benchPeers,
  refresh: async () => (await import('./refresh.ts')).benchRefresh,
  history: async () => (await import('./history.ts')).benchHistory,
  memory: async () => (await import('./memory.ts')).benchMemory,
  laptop: async () => (await import('./laptop.ts')).benchLaptop,
  api: async () => (await import('./api.ts')).benchApi,
  start: async () => (await import('./start.ts')).benchStart,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  process.stdout.write(
    `npm run bench -- [--json] [SUITE …]\n\nMeasures against goals. Suites: ${Object.keys(suites).join(', ')} (all by default).\n` +
      'LOG is one pass of Math.log over 1,051,200 doubles, SUM one plain sum of them, in the same process.\n' +
      'Exit code 1 when a goal does not hold.\n',
  );
  process.exit(0);
}
const unknown = positionals.filter((name) => !(name in suites));
if (unknown.length > 0) {
  process.stderr.write(`unknown suite ${unknown.join(', ')}: expected ${Object.keys(suites).join(', ')}\n`);
  process.exit(2);
}

const measures: Measure[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(suites)) {
  process.stderr.write(`measuring ${name} …\n`);
  const bench = await suites[name]!();
  const found = await bench();
  measures.push(...found);
  if (!values.json) for (const measure of found) process.stdout.write(`${line(measure)}\n`);
}
if (values.json) {
  const byName = Object.fromEntries(measures.map(({ name, ...rest }) => [name, rest]));
  process.stdout.write(`${JSON.stringify(byName, null, 2)}\n`);
}
const missed = measures.filter((measure) => !measure.holds);
process.stderr.write(
  missed.length === 0
    ? 'all goals hold\n'
    : `${missed.length} goal(s) do not hold: ${missed.map(({ name }) => name).join('; ')}\n`,
);
process.exitCode = missed.length === 0 ? 0 : 1;

function line({ name, value, unit, goal, holds }: Measure): string {
  const shown = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  return `${name.padEnd(62)} ${shown.padStart(9)} ${unit.padEnd(9)} ${goal.padEnd(16)} ${goal === '' ? '' : holds ? 'holds' : 'MISSED'}`;
}
