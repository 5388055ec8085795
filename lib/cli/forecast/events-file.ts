import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CalendarEvent } from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';
import { readInstant } from './options.ts';

const positive = z.number().positive().optional();

/** Whom an event concerns (regions, teams, metrics) is left to those who know more than one series. */
const events = z.array(
  z.looseObject({
    id: z.string().min(1),
    kind: z.string().min(1),
    name: z.string().optional(),
    start: z.string(),
    end: z.string().nullish(),
    scale: positive,
    like: z.string().min(1).optional(),
    launch: z.boolean().optional(),
    stock: positive,
    rate: positive,
  }),
);

/**
 * Reads `[{ id, kind, name?, start, end?, scale?, like?, launch?, stock?, rate? }]`. A time without an offset is local, a bare date local midnight; `end` is
 * exclusive. Throws CommandFailure (exit code 2) that names the file, the entry and the field.
 */
export function readEvents(file: string, timeZone: string): CalendarEvent[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandFailure(`${file}: the events cannot be read: ${(error as Error).message}`, 2);
  }
  return eventsFrom(json, file, timeZone);
}

/** As `readEvents`, of what is read already; `file` is what its errors name. */
export function eventsFrom(json: unknown, file: string, timeZone: string): CalendarEvent[] {
  const refuse = (what: string) => new CommandFailure(`${file}: ${what}`, 2);
  const read = events.safeParse(json);
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw refuse(
      `${path.length === 0 ? 'the file' : `event ${path.join('.')}`}: ${message}. Expected a list of { "id", "kind", "name"?, "start", "end"?, "scale"?, "like"?, "launch"?, "stock"?, "rate"? }.`,
    );
  }
  const ids = new Set<string>();
  return read.data.map(({ id, kind, name, start: from, end: until, scale, like, launch, stock, rate }) => {
    if (ids.has(id)) throw refuse(`two events have the id "${id}": give each its own.`);
    ids.add(id);
    const start = readInstant(`${file}: event "${id}", start`, from, timeZone);
    const end = until == null ? undefined : readInstant(`${file}: event "${id}", end`, until, timeZone);
    if (end !== undefined && end <= start)
      throw refuse(`event "${id}" ends at ${until}, which is not after its start ${from}.`);
    const isNew = launch ?? end === undefined;
    if (end === undefined && !isNew)
      throw refuse(`event "${id}" has no end and "launch": false: give it an end, or leave "launch" out.`);
    if (stock !== undefined && !isNew)
      throw refuse(`event "${id}" has a stock but is no launch: add "launch": true, or leave the stock out.`);
    if (rate !== undefined && !isNew)
      throw refuse(
        `event "${id}" has a rate but is no launch: add "launch": true, or say its size by "scale".`,
      );
    return {
      id,
      kind,
      ...(name !== undefined && { name }),
      start,
      ...(end !== undefined && { end }),
      ...(scale !== undefined && { scale }),
      ...(like !== undefined && { like }),
      ...(launch !== undefined && { launch }),
      ...(stock !== undefined && { stock }),
      ...(rate !== undefined && { rate }),
    };
  });
}
