import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { CalendarEntry } from '../../service/contracts/calendar.ts';
import { client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, jsonOption } from './options.ts';

type CalendarOptions = ApiOptions & { json?: true };

export function calendarCommand(terminal: Terminal): Command {
  const offered = (command: Command) =>
    command.addOption(apiOption()).addOption(dirOption()).addOption(jsonOption());
  return new Command('calendar')
    .description('show or replace the event calendar')
    .addCommand(
      offered(new Command('show'))
        .description('list the events')
        .action((options: CalendarOptions) => show(options, terminal)),
    )
    .addCommand(
      offered(new Command('import'))
        .description('put the events of a JSON file in the place of those that there are')
        .argument('<file>', 'as "calendar show --json" writes it, or a list of events')
        .action((file: string, options: CalendarOptions) => load(file, options, terminal)),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune calendar show\n  $ cloudtune calendar show --json > events.json\n  $ cloudtune calendar import events.json && cloudtune refresh --wait',
    );
}

async function show(options: CalendarOptions, terminal: Terminal): Promise<void> {
  const { document } = await client(findEndpoint(options)).calendar();
  if (options.json) return terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  if (document.events.length === 0)
    return terminal.out('No events yet: "cloudtune calendar import FILE" brings some.\n');
  terminal.out(
    table(
      ['event', 'kind', 'start', 'end', 'touches', 'name'],
      document.events.map((event) => [
        event.id,
        event.kind,
        event.start,
        event.end ?? 'launch',
        touched(event),
        event.name ?? '',
      ]),
    ),
  );
}

const touched = ({ regions, teams, metrics }: CalendarEntry) =>
  [teams, regions, metrics].map((list) => list?.join(',') ?? '*').join('/');

async function load(file: string, options: CalendarOptions, terminal: Terminal): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandFailure(`${file}: the events cannot be read: ${(error as Error).message}`, 2);
  }
  const api = client(findEndpoint(options));
  const { version } = await api.calendar();
  const put = Array.isArray(json) ? { schemaVersion: 1, events: json } : json;
  const { document } = await api.replaceCalendar(put, version);
  terminal.out(
    options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${document.events.length} events. They count from the next run on: "cloudtune refresh --wait" starts one.\n`,
  );
}
