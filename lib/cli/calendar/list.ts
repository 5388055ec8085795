import { Command, Option } from 'commander';
import type { CalendarEntry } from '../../service/contracts/calendar.ts';
import { type CalendarChange, client, type PlannedEvent } from '../client.ts';
import { type ApiOptions, instant, wholeNumber } from '../commands/options.ts';
import { findEndpoint } from '../endpoint.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type JsonOptions = ApiOptions & { json?: true };

export const statusOption = () =>
  new Option('--status <status>', 'draft, confirmed or cancelled').choices([
    'draft',
    'confirmed',
    'cancelled',
  ]);

export function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .description('list the events')
    .option('--kind <kind>', 'only those of a kind')
    .addOption(statusOption())
    .option('--at <instant>', 'as the calendar was then, such as 2026-11-01T00:00:00Z', instant)
    .action(async (options: JsonOptions & { kind?: string; status?: string; at?: number }) => {
      const { document } = await client(findEndpoint(options)).calendar(options.at);
      const events = document.events.filter(
        ({ kind, status = 'confirmed' }) =>
          (options.kind === undefined || kind === options.kind) &&
          (options.status === undefined || status === options.status),
      );
      if (options.json) return terminal.out(`${JSON.stringify({ ...document, events }, null, 2)}\n`);
      if (events.length === 0)
        return terminal.out('No such events: "cloudtune calendar add" and "import" bring some.\n');
      terminal.out(
        table(
          ['event', 'kind', 'start', 'end', 'touches', 'status', 'name'],
          events.map((event) => [
            event.id,
            event.kind,
            event.start,
            event.end ?? 'launch',
            touched(event),
            event.status ?? 'confirmed',
            event.name ?? '',
          ]),
        ),
      );
    });
}

const touched = ({ regions, teams, metrics }: CalendarEntry) =>
  [teams, regions, metrics].map((list) => list?.join(',') ?? '*').join('/');

export function showCommand(terminal: Terminal): Command {
  return new Command('show')
    .description('show one event, with its warnings')
    .argument('<event>', 'its id')
    .action(async (id: string, options: JsonOptions) => {
      showEvent(await client(findEndpoint(options)).event(id), options, terminal);
    });
}

/** An event field by field, and what the calendar warns of. */
export function showEvent(planned: PlannedEvent, options: { json?: true }, terminal: Terminal): void {
  const { event, version, warnings } = planned;
  if (options.json) {
    terminal.out(`${JSON.stringify({ event, version, warnings }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...Object.keys(event).map((field) => field.length));
  for (const [field, value] of Object.entries(event))
    terminal.out(`${field.padEnd(width)}  ${Array.isArray(value) ? value.join(', ') : value}\n`);
  terminal.out(`${'version'.padEnd(width)}  ${version}\n`);
  for (const { warning } of warnings) terminal.err(`Warning: ${warning}.\n`);
}

export function changesCommand(terminal: Terminal): Command {
  return new Command('changes')
    .description('who changed what, when and why; latest first')
    .addOption(new Option('--limit <n>', 'how many changes').argParser(wholeNumber(1, 1000)).default(20))
    .action(async (options: JsonOptions & { limit: number }) => {
      const changes = await client(findEndpoint(options)).calendarChanges(options.limit);
      if (options.json) return terminal.out(`${JSON.stringify({ changes }, null, 2)}\n`);
      if (changes.length === 0) return terminal.out('The calendar was never changed.\n');
      terminal.out(
        table(
          ['version', 'time', 'author', 'what', 'reason'],
          changes.map((change) => [
            String(change.version),
            `${change.time.slice(0, 19)}Z`,
            change.author,
            words(change),
            change.reason ?? '',
          ]),
        ),
      );
    });
}

function words({ events }: CalendarChange): string {
  const some = events.slice(0, 3).map(({ id, before, after }) => {
    if (before === undefined) return `${id} is new`;
    if (after === undefined) return `${id} was removed`;
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof CalendarEntry)[];
    const moved = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
    return `${id}: ${moved.map((field) => `${field} ${before[field] ?? '–'} → ${after[field] ?? '–'}`).join(', ')}`;
  });
  return `${some.join('; ')}${events.length > 3 ? ` and ${events.length - 3} more` : ''}`;
}
