import type { z } from 'zod';
import { touches, touchesRegion } from './calendar-events.ts';
import type { CalendarChange, CalendarEntry } from './contracts/calendar.ts';
import {
  mostSeriesTold,
  type Notice,
  type notifyInput,
  type notifyOutput,
  type TeamMessage,
} from './contracts/notices.ts';
import type { ForecastEntry } from './contracts/refresh.ts';
import { type RegionSettings, type SeriesRecord, seriesId } from './contracts/series.ts';
import { peakWithin, spanOfEvent } from './event-peak.ts';
import { instantText } from './grain.ts';
import type { ModelCache } from './model-cache.ts';
import type {
  Clock,
  EventCalendar,
  ForecastIndex,
  NoticeStore,
  RunStore,
  SeriesRegistry,
  TeamMessages,
} from './ports.ts';
import { changedEvents, readCalendarChanges } from './read-calendar-changes.ts';
import { scheduledAt } from './run-id.ts';
import { wordsOfChange } from './words-of-change.ts';

export interface NotifyTeamsPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'list'>;
  index: Pick<ForecastIndex, 'get'>;
  runs: Pick<RunStore, 'get' | 'update'>;
  models: ModelCache;
  calendar: Pick<EventCalendar, 'read' | 'versions'>;
  notices: Pick<NoticeStore, 'put' | 'get'>;
  messages: TeamMessages;
  clock: Clock;
}

type Change = CalendarChange['events'][number];
type Peak = Notice['peaks'][number]['after'];

/** Runs before this one whose teams could not be told then, and are told now: at most so many. */
const mostMadeGood = 10;
/** Bytes that EventBridge and SNS take of one message, with room for what they put around it. */
const mostBytes = 200_000;

/**
 * Tells each team that a changed calendar touches what the run that has just been published makes of it: which events
 * changed, by whom and why, and the peaks within them before and after; as a notice, and as a message. The same run told
 * twice is one notice a team, and no second message. What an earlier run's teams could not be told, they are told first.
 */
export async function notifyTeams(
  ports: NotifyTeamsPorts,
  { runId, result, previousRunId }: z.infer<typeof notifyInput>,
): Promise<z.infer<typeof notifyOutput>> {
  if (result !== 'published') return { runId, notices: 0 };
  const due = [{ runId, previousRunId }];
  for (let before = previousRunId; before !== undefined && due.length <= mostMadeGood; ) {
    const run = await ports.runs.get(before);
    if (run?.teamsTold !== false) break;
    due.unshift({ runId: before, previousRunId: run.previousRunId });
    before = run.previousRunId;
  }
  let notices = 0;
  for (const one of due) {
    notices += await tellOfRun(ports, one.runId, one.previousRunId);
    await ports.runs.update(one.runId, { teamsTold: true });
  }
  return { runId, notices };
}

/** How many teams have a notice of the run. */
async function tellOfRun(
  ports: NotifyTeamsPorts,
  runId: string,
  previousRunId: string | undefined,
): Promise<number> {
  if (previousRunId === undefined || previousRunId === runId) return 0;
  const { region, calendar, runs } = ports;
  const [from, to] = await Promise.all(
    [previousRunId, runId].map(async (id) => (await runs.get(id))?.calendarVersion),
  );
  if (from === undefined || to === undefined || to <= from) return 0;
  const [before, after] = await Promise.all([
    calendar.read({ version: from }),
    calendar.read({ version: to }),
  ]);
  const events = changedEvents(before, after).filter((change) => touchesRegion(change, region.region));
  if (events.length === 0) return 0;
  const changes = await changesBetween(calendar, from, to, new Set(events.map(({ id }) => id)));

  const touched = await touchedSeries(ports, events);
  const time = instantText(scheduledAt(runId));
  for (const [team, series] of touched) {
    if ((await ports.notices.get({ time, team }))?.sentAt !== undefined) continue;
    const told = series.slice(0, mostSeriesTold);
    const own = events.filter((change) => series.some((record) => touchedBy(change, record)));
    const found: Notice['peaks'] = [];
    for (const record of told)
      for (const change of own.filter((one) => touchedBy(one, record)))
        found.push({
          seriesId: seriesId(record),
          event: change.id,
          ...(await beforeAndAfter(ports, record, change, previousRunId, runId)),
        });
    const notice: Notice = {
      schemaVersion: 1,
      team,
      region: region.region,
      runId,
      time,
      changes,
      events: own,
      peaks: found,
      more: series.length - told.length,
      words: own.map((change) =>
        wordsOfChange(
          change,
          found.filter(({ event }) => event === change.id),
        ),
      ),
    };
    await ports.notices.put(notice);
    await ports.messages.send(messageOf(notice));
    await ports.notices.put({ ...notice, sentAt: ports.clock().toISOString() });
  }
  return touched.size;
}

function messageOf(notice: Notice): TeamMessage {
  const { peaks, sentAt: _, ...rest } = notice;
  const noticeId = `${notice.runId}/${notice.team}`;
  const size = (content: unknown) => Buffer.byteLength(JSON.stringify(content));
  const told: Notice['peaks'] = [];
  let room = mostBytes - size(rest);
  for (const peak of peaks) {
    room -= size(peak) + 1;
    if (room < 0) break;
    told.push(peak);
  }
  return { ...rest, noticeId, peaks: told, peaksLeftOut: peaks.length - told.length };
}

const touchedBy = ({ before, after }: Change, record: SeriesRecord): boolean =>
  [before, after].some((entry) => entry !== undefined && touches(entry, record));

/** The touched series by team. */
async function touchedSeries({ registry }: NotifyTeamsPorts, events: readonly Change[]) {
  const found = new Map<string, SeriesRecord[]>();
  let nextToken: string | undefined;
  do {
    const page = await registry.list({ limit: 1000, ...(nextToken !== undefined && { nextToken }) });
    for (const record of page.items)
      if (events.some((change) => touchedBy(change, record)))
        found.set(record.team, [...(found.get(record.team) ?? []), record]);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** Who made the versions after `from` up to `to`, and why, as far as they changed one of the events. */
async function changesBetween(
  calendar: NotifyTeamsPorts['calendar'],
  from: number,
  to: number,
  ids: ReadonlySet<string>,
): Promise<Notice['changes']> {
  const found: Notice['changes'] = [];
  let nextToken: string | undefined;
  do {
    const page = await readCalendarChanges(calendar, { limit: 50, ...(nextToken && { nextToken }) });
    for (const { events, ...change } of page.items) {
      if (change.version <= from) return found;
      if (change.version <= to && events.some(({ id }) => ids.has(id))) found.push(change);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** The peak within an event as the run before had it, and as this one has it; of an event that is new or gone, over its time. */
async function beforeAndAfter(
  ports: NotifyTeamsPorts,
  record: SeriesRecord,
  { before, after }: Change,
  previousRunId: string,
  runId: string,
): Promise<{ before?: Peak; after?: Peak }> {
  const [then, now] = await Promise.all([
    ports.index.get(record, previousRunId),
    ports.index.get(record, runId),
  ]);
  const earlier = await peakOf(ports, then, before ?? after!);
  const later = await peakOf(ports, now, after ?? before!);
  return { ...(earlier && { before: earlier }), ...(later && { after: later }) };
}

async function peakOf(
  { models, region }: NotifyTeamsPorts,
  entry: ForecastEntry | undefined,
  event: CalendarEntry,
): Promise<Peak> {
  if (entry?.modelKey === undefined) return undefined;
  return peakWithin(await models.get(entry.modelKey), spanOfEvent(event, region.timeZone));
}
