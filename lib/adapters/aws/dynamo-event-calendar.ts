import { gunzipSync, gzipSync } from 'node:zlib';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { authorship, calendarDocument } from '../../service/contracts/calendar.ts';
import { InvalidRequest, NotFound } from '../../service/errors.ts';
import type { CalendarVersion, EventCalendar, Page, StoredCalendar } from '../../service/ports.ts';
import { isConditionFailure } from './condition-failure.ts';
import { keyOfToken, tokenOfKey } from './dynamo-page.ts';

/** What an item of DynamoDB may have, less its other attributes. */
const mostBytes = 390_000;

/** The one partition. */
const calendar = 'events';

const item = authorship.extend({
  schemaVersion: z.literal(1),
  version: z.number().int().positive(),
  time: z.number().int(),
  eventVersions: z.instanceof(Uint8Array),
  document: z.instanceof(Uint8Array),
});

const packed = (value: unknown) => gzipSync(JSON.stringify(value));
const unpacked = (bytes: Uint8Array): unknown => JSON.parse(gunzipSync(bytes).toString());

/**
 * The event calendar as a table of its versions, each whole: partition key `calendar`, sort key `version`. A change is one
 * conditional write of the next version, so the calendar as it was at any time can be read, and no writer overwrites
 * another. Changes go to the table of the calendar's primary region, where alone such a condition holds; reads go to the
 * replica nearby, which follows within seconds.
 */
export class DynamoEventCalendar implements EventCalendar {
  private readonly client: DynamoDBDocumentClient;
  private readonly primary: DynamoDBDocumentClient;
  private readonly table: string;

  /** @param primary of the region in which the calendar is changed; the nearby one where nothing is changed */
  constructor(options: { client: DynamoDBDocumentClient; primary?: DynamoDBDocumentClient; table: string }) {
    this.client = options.client;
    this.primary = options.primary ?? options.client;
    this.table = options.table;
  }

  async read(at?: { time: number } | { version: number }): Promise<StoredCalendar> {
    if (at === undefined) return (await this.latest(this.client)) ?? none();
    if ('version' in at) return at.version === 0 ? none() : this.get(at.version);
    const version = await this.versionAt(at.time);
    return version === undefined ? none() : this.get(version);
  }

  current(): Promise<CalendarVersion | undefined> {
    return this.latest(this.primary);
  }

  async append(next: CalendarVersion): Promise<boolean> {
    const { document, eventVersions, version, time, author, reason } = next;
    const body = { document: packed(document), eventVersions: packed(eventVersions) };
    const bytes = body.document.length + body.eventVersions.length;
    if (bytes > mostBytes)
      throw new InvalidRequest(
        `The calendar is too large: ${document.events.length} events take ${bytes} bytes packed, and ${mostBytes} are the most. Remove past events that teach nothing, or shorten their notes`,
      );
    try {
      await this.primary.send(
        new PutCommand({
          TableName: this.table,
          Item: { calendar, schemaVersion: 1, version, time, author, reason, ...body },
          ConditionExpression: 'attribute_not_exists(version)',
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  async versions(options: { limit?: number; nextToken?: string }): Promise<Page<CalendarVersion>> {
    const { Items, LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        ...this.newestFirst,
        Limit: options.limit,
        ...keyOfToken(options.nextToken, { calendar: z.literal(calendar), version: z.number() }),
      }),
    );
    return { items: (Items ?? []).map(versionOf), ...tokenOfKey(LastEvaluatedKey) };
  }

  private async latest(client: DynamoDBDocumentClient): Promise<CalendarVersion | undefined> {
    const { Items } = await client.send(new QueryCommand({ ...this.newestFirst, Limit: 1 }));
    return Items?.[0] === undefined ? undefined : versionOf(Items[0]);
  }

  private async get(version: number): Promise<CalendarVersion> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { calendar, version }, ConsistentRead: true }),
    );
    if (Item === undefined) throw new NotFound(`The calendar has no version ${version}`);
    return versionOf(Item);
  }

  /** The last version that was made by then. Only numbers are fetched. */
  private async versionAt(time: number): Promise<number | undefined> {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const found = await this.client.send(
        new QueryCommand({
          ...this.newestFirst,
          FilterExpression: '#time <= :time',
          ProjectionExpression: 'version',
          ExpressionAttributeNames: { ...this.newestFirst.ExpressionAttributeNames, '#time': 'time' },
          ExpressionAttributeValues: { ':calendar': calendar, ':time': time },
          ExclusiveStartKey,
        }),
      );
      if (found.Items?.[0] !== undefined) return found.Items[0].version as number;
      ExclusiveStartKey = found.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return undefined;
  }

  private get newestFirst() {
    return {
      TableName: this.table,
      KeyConditionExpression: '#calendar = :calendar',
      ExpressionAttributeNames: { '#calendar': 'calendar' },
      ExpressionAttributeValues: { ':calendar': calendar },
      ScanIndexForward: false,
      ConsistentRead: true,
    };
  }
}

const none = (): StoredCalendar => ({
  document: { schemaVersion: 1, events: [] },
  version: 0,
  eventVersions: {},
});

function versionOf(stored: Record<string, unknown>): CalendarVersion {
  const { schemaVersion: _, document, eventVersions, ...rest } = item.parse(stored);
  return {
    ...rest,
    document: calendarDocument.parse(unpacked(document)),
    eventVersions: z.record(z.string(), z.number()).parse(unpacked(eventVersions)),
  };
}
