import { Command, InvalidArgumentError, Option } from 'commander';
import { type CalendarEntry, timeParts } from '../../service/contracts/calendar.ts';
import { client } from '../client.ts';
import type { ApiOptions } from '../commands/options.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { showEvent, statusOption } from './list.ts';

type ChangeOptions = ApiOptions & { json?: true; reason?: string };

const names = (text: string) => text.split(',').map((name) => name.trim());
function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Expected a number above 0, such as 1.5.');
  return value;
}
function time(text: string): string {
  if (timeParts(text) === undefined)
    throw new InvalidArgumentError(
      'Expected a time such as 2026-11-27T08:00Z, 2026-11-27T08:00 (local) or 2026-11-27 (local midnight).',
    );
  return text;
}
const reasonOption = () => new Option('--reason <text>', 'why, for those who read of it later');

export function addCommand(terminal: Terminal): Command {
  return new Command('add')
    .description('add an event; without an end it is a launch')
    .argument('<event>', 'an id of its own')
    .requiredOption('--kind <kind>', 'events of one kind are its editions, and teach one another')
    .requiredOption('--start <time>', 'first moment', time)
    .option('--end <time>', 'first moment after it', time)
    .option('--name <text>', 'for people')
    .option('--regions <list>', 'whom it touches, separated by commas (default: all)', names)
    .option('--teams <list>', 'likewise', names)
    .option('--metrics <list>', 'likewise', names)
    .option('--scale <factor>', 'how much larger than past editions: 1.5 is half as much again', positive)
    .option('--like <kind>', 'another kind whose past editions stand in')
    .option('--launch', 'new demand: a jump and a decay')
    .option('--stock <units>', 'of a launch: orders stop when so many are sold', positive)
    .option('--rate <value>', 'of a launch: what it adds to a step at its height', positive)
    .addOption(statusOption())
    .option('--note <text>', 'for people')
    .addOption(reasonOption())
    .action(async (id: string, options: ChangeOptions & Omit<CalendarEntry, 'id'>) => {
      const { api: _, dir: __, json: ___, reason, ...fields } = options;
      const put = await client(findEndpoint(options)).putEvent({ id, ...fields }, { reason });
      showEvent(put, options, terminal);
    });
}

export function moveCommand(terminal: Terminal): Command {
  return new Command('move')
    .description('move an event: to another start (its length stays), to another end, or both')
    .argument('<event>', 'its id')
    .option('--start <time>', 'new start', time)
    .option('--end <time>', 'new end', time)
    .addOption(reasonOption())
    .action(async (id: string, options: ChangeOptions & { start?: string; end?: string }) => {
      if (options.start === undefined && options.end === undefined)
        throw new CommandFailure('Expected --start, --end or both: where the event moves to', 2);
      const { start, end } = options;
      await change(id, options, terminal, (event) => ({
        ...event,
        start: start ?? event.start,
        ...(end !== undefined
          ? { end }
          : start !== undefined &&
            event.end !== undefined && { end: carried(event.start, start, event.end) }),
      }));
    });
}

const statusCommand =
  (name: string, status: NonNullable<CalendarEntry['status']>, description: string) =>
  (terminal: Terminal): Command =>
    new Command(name)
      .description(description)
      .argument('<event>', 'its id')
      .addOption(reasonOption())
      .action((id: string, options: ChangeOptions) =>
        change(id, options, terminal, (event) => ({ ...event, status })),
      );

export const cancelCommand = statusCommand(
  'cancel',
  'cancelled',
  'cancel an event: it stays in the calendar, and moves no forecast',
);
export const confirmCommand = statusCommand(
  'confirm',
  'confirmed',
  'confirm a draft, or an event that was cancelled',
);

async function change(
  id: string,
  options: ChangeOptions,
  terminal: Terminal,
  by: (event: CalendarEntry) => CalendarEntry,
): Promise<void> {
  const api = client(findEndpoint(options));
  const { event, version } = await api.event(id);
  showEvent(await api.putEvent(by(event), { version, reason: options.reason }), options, terminal);
}

/** The end that is as far from the new start as the old one was from the old, in its own notation. */
function carried(from: string, to: string, end: string): string {
  const [a, b, c] = [from, to, end].map((text) => timeParts(text)!);
  if (
    (a!.offset === undefined) !== (b!.offset === undefined) ||
    (a!.offset === undefined) !== (c!.offset === undefined)
  )
    throw new CommandFailure(
      `The event is from ${from} to ${end}, the new start is ${to}: with wall clocks on one side and an instant on the other its length cannot be kept. Give --end too`,
      2,
    );
  const ms = (parts: NonNullable<ReturnType<typeof timeParts>>) => {
    const { year, month, day, hour, minute, second, offset } = parts;
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    if (offset === undefined || offset === 'Z') return wall;
    const [hours, minutes] = offset.slice(1).split(':').map(Number) as [number, number];
    return wall - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  };
  const moved = new Date(ms(b!) + ms(c!) - ms(a!)).toISOString().slice(0, 19);
  if (a!.offset !== undefined) return `${moved}Z`;
  return moved.endsWith('T00:00:00') ? moved.slice(0, 10) : moved.replace(/:00$/, '');
}
