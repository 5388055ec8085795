import { readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  CalendarFileError,
  readEventsCsv,
  readICalendar,
  usualReach,
  writeEventsCsv,
  writeICalendar,
} from '../../adapters/calendar-file/index.ts';
import { type CalendarEntry, calendarEntry } from '../../service/contracts/calendar.ts';
import { client } from '../client.ts';
import { type ApiOptions, instant } from '../commands/options.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface ImportOptions extends ApiOptions {
  json?: true;
  replace?: true;
  dryRun?: true;
  kind?: string;
  until?: number;
  reason?: string;
}

export function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .description(
      'bring events from a file: those of the same id are replaced, the others stay; whole or not at all',
    )
    .argument(
      '<file>',
      '.ics (Google Calendar, Outlook …), .csv, or .json as "calendar list --json" writes it',
    )
    .option('--replace', 'also remove what the file does not have')
    .option('--dry-run', 'only say what would change')
    .option(
      '--kind <kind>',
      'kind of .ics events without a category (default: their summary without numbers)',
    )
    .option(
      '--until <instant>',
      'how far recurring .ics events are written out (default: two years)',
      instant,
    )
    .addOption(new Option('--reason <text>', 'why, for those who read of it later'))
    .addHelpText(
      'after',
      `
An .ics event becomes: id from UID, kind from the first of CATEGORIES, name from SUMMARY, note from DESCRIPTION, draft where
it is TENTATIVE. All-day events are local days in each region. A .csv needs the columns id, kind and start.`,
    )
    .action((file: string, options: ImportOptions) => bring(file, options, terminal));
}

async function bring(file: string, options: ImportOptions, terminal: Terminal): Promise<void> {
  // Fields in the contract's order, so that what is as it was is seen to be; the API says what is wrong with the others.
  const events = readEvents(file, options).map((event) => calendarEntry.safeParse(event).data ?? event);
  const api = client(findEndpoint(options));
  const { document, version } = await api.calendar();
  const brought = new Map(events.map((event) => [event.id, event]));
  if (brought.size < events.length)
    throw new CommandFailure(`${file}: two events have one id: ${firstTwin(events)}`, 2);
  const there = new Map(document.events.map((event) => [event.id, JSON.stringify(event)]));
  const added = events.filter(({ id }) => !there.has(id));
  const changed = events.filter(
    (event) => there.has(event.id) && there.get(event.id) !== JSON.stringify(event),
  );
  const removed = options.replace ? document.events.filter(({ id }) => !brought.has(id)) : [];
  const gone = new Set(removed.map(({ id }) => id));
  const next = [
    ...document.events.filter(({ id }) => !gone.has(id)).map((event) => brought.get(event.id) ?? event),
    ...added,
  ];
  const counts = `${added.length} new, ${changed.length} changed, ${removed.length} removed, ${events.length - added.length - changed.length} as they were`;
  if (options.dryRun) {
    if (options.json) terminal.out(`${JSON.stringify({ added, changed, removed }, null, 2)}\n`);
    else
      terminal.out(
        `${table(
          ['', 'event', 'kind', 'start', 'end', 'name'],
          [
            ...added.map((event) => ['new', ...cells(event)]),
            ...changed.map((event) => ['changed', ...cells(event)]),
            ...removed.map((event) => ['removed', ...cells(event)]),
          ],
        )}Would be: ${counts}. Nothing was changed.\n`,
      );
    return;
  }
  const put = await api.replaceCalendar({ schemaVersion: 1, events: next }, version, options.reason);
  for (const { event, warning } of put.warnings.filter(({ event }) => brought.has(event)).slice(0, 10))
    terminal.err(`Warning: "${event}": ${warning}.\n`);
  terminal.out(
    options.json
      ? `${JSON.stringify(put.document, null, 2)}\n`
      : `${counts}: ${next.length} events. The forecasts that they touch follow within a minute or two: "cloudtune notices" tells.\n`,
  );
}

const cells = (event: CalendarEntry) => [
  event.id,
  event.kind,
  event.start,
  event.end ?? 'launch',
  event.name ?? '',
];

function firstTwin(events: readonly CalendarEntry[]): string {
  const seen = new Set<string>();
  for (const { id } of events) {
    if (seen.has(id)) return id;
    seen.add(id);
  }
  return '';
}

function readEvents(file: string, { kind, until }: ImportOptions): CalendarEntry[] {
  try {
    const text = readFileSync(file, 'utf8');
    if (/\.ics$/i.test(file))
      return readICalendar(text, {
        ...(kind !== undefined && { kind }),
        until: until ?? usualReach(Date.now()),
      });
    if (/\.csv$/i.test(file)) return readEventsCsv(text);
    const json: unknown = JSON.parse(text);
    const events = Array.isArray(json) ? json : (json as { events?: unknown } | null)?.events;
    if (!Array.isArray(events))
      throw new CalendarFileError('expected a list of events, or { "schemaVersion": 1, "events": […] }');
    return events as CalendarEntry[];
  } catch (error) {
    throw new CommandFailure(`${file}: the events cannot be read: ${(error as Error).message}`, 2);
  }
}

export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .description('write the events into a file')
    .argument('<file>', '.ics, .csv or .json')
    .action(async (file: string, options: ApiOptions & { json?: true }) => {
      const extension = /\.(ics|csv|json)$/i.exec(file)?.[1]?.toLowerCase();
      if (extension === undefined)
        throw new CommandFailure(`Expected a file that ends in .ics, .csv or .json, got ${file}`, 2);
      const { document } = await client(findEndpoint(options)).calendar();
      const text = {
        ics: () => writeICalendar(document.events, Date.now()),
        csv: () => writeEventsCsv(document.events),
        json: () => `${JSON.stringify(document, null, 2)}\n`,
      }[extension as 'ics' | 'csv' | 'json']();
      writeFileSync(file, text);
      terminal.out(
        options.json
          ? `${JSON.stringify({ file, events: document.events.length })}\n`
          : `${document.events.length} events in ${file}\n`,
      );
    });
}
