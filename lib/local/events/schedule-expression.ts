import awsCron from 'aws-cron-parser';

/** When a schedule fires: the first instant after `after`, or undefined when there is none. Milliseconds since 1970. */
export type Firings = (after: number) => number | undefined;

const unit: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** How many non-existing or repeated local times a cron expression may meet in a row before it counts as never. */
const patience = 10_000;

/**
 * Reads `cron(…)`, `rate(…)` or `at(…)` of EventBridge.
 *
 * A cron expression is read in local time: a time that the clock jumps over does not fire, one that the clock shows
 * twice fires the first time only. A rate counts elapsed time from `start`.
 *
 * @param timeZone IANA name
 * @param start where a rate begins to count
 * @throws when the expression cannot be read
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseSchedule(expression: string, timeZone: string, start: number): Firings {
  const [, kind, argument = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  const firings =
    kind === 'cron'
      ? cron(argument, timeZone)
      : kind === 'rate'
        ? rate(argument, start)
        : kind === 'at'
          ? once(argument, timeZone)
          : undefined;
  if (firings === undefined)
    throw new Error(
      `The schedule ${expression} cannot be read: expected cron(six fields), rate(number minutes|hours|days) or at(yyyy-mm-ddThh:mm:ss).`,
    );
  return firings;
}

function cron(fields: string, timeZone: string): Firings | undefined {
  if (fields.trim().split(/\s+/).length !== 6) return undefined;
  const parsed = awsCron.parse(fields.trim());
  const clock = localClock(timeZone);
  return (after) => {
    // The parser knows UTC only: it is given local time as if it were UTC.
    let local = clock.local(after);
    for (let tried = 0; tried < patience; tried += 1) {
      const next = awsCron.next(parsed, new Date(local));
      if (next === null) return undefined;
      local = next.getTime();
      const instant = clock.instant(local);
      if (instant !== undefined && instant > after) return instant;
    }
    return undefined;
  };
}

function rate(argument: string, start: number): Firings | undefined {
  const [, count, name] = /^(\d+)\s+(minute|hour|day)s?$/.exec(argument.trim()) ?? [];
  const period = Number(count) * (unit[name ?? ''] ?? 0);
  if (!(period > 0)) return undefined;
  return (after) => start + Math.max(0, Math.floor((after - start) / period) + 1) * period;
}

function once(argument: string, timeZone: string): Firings | undefined {
  const local = Date.parse(`${argument.trim()}Z`);
  if (Number.isNaN(local)) return undefined;
  const instant = localClock(timeZone).instant(local);
  return (after) => (instant !== undefined && instant > after ? instant : undefined);
}

/** Local time of a zone, as the milliseconds that UTC would have at the same reading. */
function localClock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const local = (instant: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  /** The first instant that reads so; undefined when the clock jumps over it. */
  const instant = (reading: number): number | undefined => {
    const day = unit.day!;
    const candidates = [reading - day, reading + day].map((near) => reading - (local(near) - near));
    return candidates.sort((a, b) => a - b).find((candidate) => local(candidate) === reading);
  };
  return { local, instant };
}
