/**
 * Makes the example histories from a folder of the original data:
 *
 *     node examples/make.ts DATA_FOLDER
 *
 * Every file is `timestamp,value` with the start of each step in UTC, gzipped so that the same data
 * gives the same bytes. examples/README.md says where the data comes from and what was changed.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const minute = 60_000;
const hour = 60 * minute;
const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node examples/make.ts DATA_FOLDER (with worldcup98/, pjm_hourly/, … below it)');
  process.exit(2);
}

type Row = [time: number, value: string];

/** Records of a gzipped CSV file as objects, by its header. */
function records(path: string): Record<string, string>[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(folder!, path)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

/** A reader of wall-clock times: the instants (none, one or two, ascending) at which a zone's clock showed one. */
function wallClock(timeZone: string): (local: string) => number[] {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const offsets = new Map<number, number>();
  const offsetAt = (instant: number) => {
    const key = Math.floor(instant / hour);
    const known = offsets.get(key);
    if (known !== undefined) return known;
    const offset = Date.parse(`${shown.format(key * hour).replace(' ', 'T')}Z`) - key * hour;
    offsets.set(key, offset);
    return offset;
  };
  return (local) => {
    const reading = Date.parse(`${local}Z`);
    const candidates = new Set([-24, 24].map((h) => reading - offsetAt(reading + h * hour)));
    return [...candidates].filter((at) => at + offsetAt(at) === reading).sort((a, b) => a - b);
  };
}

function write(name: string, rows: Row[]): void {
  const text = rows
    .map(([time, value]) => `${new Date(time).toISOString().slice(0, 19)}Z,${value}\n`)
    .join('');
  const bytes = gzipSync(`timestamp,value\n${text}`, { level: 9 });
  // The header's operating system byte is the one thing that differs between machines: 255 is "unknown".
  bytes[9] = 255;
  writeFileSync(join(import.meta.dirname, name), bytes);
  console.log(`${name.padEnd(32)} ${rows.length} rows, ${Math.ceil(bytes.length / 1000)} kB`);
}

function worldcup98() {
  const rows = records('worldcup98/requests_per_minute.csv.gz');
  write(
    'worldcup98-requests.csv.gz',
    rows.map((row) => [Date.parse(row.timestamp!), row.requests!]),
  );
  const notice = 'NOTICE_original_WorldCup98_description_and_licence.txt';
  copyFileSync(join(folder!, 'worldcup98', notice), join(import.meta.dirname, `worldcup98-${notice}`));
  copyFileSync(join(folder!, 'worldcup98/matches.csv'), join(import.meta.dirname, 'worldcup98-matches.csv'));
  worldcup98Calendar();
}

const kinds: Record<string, string> = { 'group stage': 'match-group', final: 'match-final' };

/** The matches as they were planned: two halves, the break and stoppage time, but no extra time. */
function worldcup98Calendar() {
  const [header = '', ...lines] = readFileSync(join(import.meta.dirname, 'worldcup98-matches.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  const events = lines.map((line) => {
    const match = Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell]));
    const end = new Date(Date.parse(match.kickoff_utc!) + 115 * minute).toISOString().slice(0, 19);
    const kind = kinds[match.stage!] ?? 'match-knockout';
    return {
      id: match.match_id,
      kind,
      name: `${match.home}–${match.away}`,
      regions: ['fr'],
      teams: ['worldcup98'],
      start: match.kickoff_utc,
      end: `${end}Z`,
      ...(kind === 'match-final' && { like: 'match-knockout' }),
    };
  });
  const text = JSON.stringify({ schemaVersion: 1, events }, null, 2);
  // Lists of one name stay on their line, as the formatter has them.
  const file = text.replace(/\[\s+("[^"]*")\s+\]/g, '[$1]');
  writeFileSync(join(import.meta.dirname, 'worldcup98-calendar.json'), `${file}\n`);
  console.log(`worldcup98-calendar.json ${events.length} events`);
}

/** Five years. The original labels an hour by its end; the row of the doubled autumn hour is the mean of both. */
function pjm() {
  const instants = wallClock('America/New_York');
  const rows = records('pjm_hourly/load_mw.csv.gz').filter(
    (row) => row.timestamp_local_ending! > '2013-08-03T00:00:00',
  );
  const teams = ['PJME', 'PJMW', 'AEP', 'COMED', 'DAYTON', 'DEOK', 'DOM', 'DUQ', 'EKPC', 'FE'];
  for (const team of teams) {
    const history = rows
      .filter((row) => row[team] !== '')
      .flatMap((row) => {
        const start = new Date(Date.parse(`${row.timestamp_local_ending}Z`) - hour)
          .toISOString()
          .slice(0, 19);
        return instants(start).map((at): Row => [at, row[team]!]);
      });
    write(`pjm-${team.toLowerCase()}-load.csv.gz`, history);
  }
}

/** Minutes without a row are minutes without an order, between the first and the last row. */
function onlineRetail() {
  const instants = wallClock('Europe/London');
  const orders = new Map(
    records('online_retail_2010_2011/orders_per_minute.csv.gz').map((row) => [
      instants(row.timestamp_local!)[0]!,
      row.orders!,
    ]),
  );
  const times = [...orders.keys()];
  const rows: Row[] = [];
  for (let at = times[0]!; at <= times.at(-1)!; at += minute) rows.push([at, orders.get(at) ?? '0']);
  write('online-retail-orders.csv.gz', rows);
}

/** The original clock never changes and its dusk follows the sun in UTC, so it is UTC. Two decimals of a kW are kept. */
function tetouan() {
  const rows = records('tetouan_power_2017/zone1_10min.csv.gz');
  write(
    'tetouan-zone1-power.csv.gz',
    rows.map((row) => [Date.parse(`${row.timestamp_local}Z`), Number(row.power_zone1).toFixed(2)]),
  );
}

worldcup98();
pjm();
onlineRetail();
tetouan();
