import { setTimeout as pause } from 'node:timers/promises';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { type ForecastEntry, forecastEntry } from '../../service/contracts/refresh.ts';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import { Unavailable } from '../../service/errors.ts';
import type { Clock, ForecastIndex } from '../../service/ports.ts';
import { runIdOf } from '../../service/run-id.ts';

/** Keys of one BatchGetItem. */
const mostKeys = 100;
const attempts = 8;

/** The index as a table: partition key `team`, sort key `entry` = `region#metric#runId`, TTL `expiresAt`. */
export class DynamoForecastIndex implements ForecastIndex {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly keptDays: number;
  private readonly clock: Clock;

  /** @param options keptDays: entries of old runs leave the table by themselves that many days after they were put */
  constructor(options: { client: DynamoDBDocumentClient; table: string; keptDays: number; clock?: Clock }) {
    this.client = options.client;
    this.table = options.table;
    this.keptDays = options.keptDays;
    this.clock = options.clock ?? (() => new Date());
  }

  async put(entry: ForecastEntry): Promise<void> {
    const expiresAt = this.seconds() + this.keptDays * 86_400;
    await this.client.send(
      new PutCommand({
        TableName: this.table,
        Item: { ...entry, ...keyOf(entry, entry.runId), expiresAt },
      }),
    );
  }

  async get(series: SeriesKey, runId: string): Promise<ForecastEntry | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: keyOf(series, runId), ConsistentRead: true }),
    );
    return this.entryOf(Item);
  }

  async list(series: SeriesKey, { from, until }: { from: number; until: number }): Promise<ForecastEntry[]> {
    const runAt = (instant: number) => runIdOf(series.region, new Date(instant).toISOString());
    const entries: ForecastEntry[] = [];
    // A run is named by the second that it was scheduled for.
    const [first, last] = [Math.ceil(from / 1000) * 1000, Math.floor(until / 1000) * 1000];
    if (last < first) return entries;
    let key: Record<string, unknown> | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: '#team = :team AND #entry BETWEEN :first AND :last',
          ExpressionAttributeNames: { '#team': 'team', '#entry': 'entry' },
          ExpressionAttributeValues: {
            ':team': series.team,
            ':first': keyOf(series, runAt(first)).entry,
            ':last': keyOf(series, runAt(last)).entry,
          },
          ConsistentRead: true,
          ExclusiveStartKey: key,
        }),
      );
      for (const item of Items ?? []) {
        const entry = this.entryOf(item);
        if (entry !== undefined) entries.push(entry);
      }
      key = LastEvaluatedKey;
    } while (key !== undefined);
    return entries;
  }

  async getMany(series: readonly SeriesKey[], runId: string): Promise<(ForecastEntry | undefined)[]> {
    const found = new Map<string, ForecastEntry>();
    for (let from = 0; from < series.length; from += mostKeys) {
      const keys = series.slice(from, from + mostKeys).map((one) => keyOf(one, runId));
      for (const item of await this.getBatch(keys)) {
        const entry = this.entryOf(item);
        if (entry !== undefined) found.set(seriesId(entry), entry);
      }
    }
    return series.map((one) => found.get(seriesId(one)));
  }

  /** What a batch leaves unanswered (it was throttled, or over 16 MB) is asked for again. */
  private async getBatch(keys: Record<string, unknown>[]): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let left = keys;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetCommand({ RequestItems: { [this.table]: { Keys: left, ConsistentRead: true } } }),
      );
      items.push(...(Responses?.[this.table] ?? []));
      left = UnprocessedKeys?.[this.table]?.Keys ?? [];
      if (left.length === 0) return items;
      await pause(Math.random() * Math.min(1000, 20 * 2 ** attempt));
    }
    throw new Unavailable(`DynamoDB left ${left.length} keys of ${this.table} unanswered ${attempts} times`);
  }

  /** A table keeps an expired item for up to two days: it is not read. */
  private entryOf(item: Record<string, unknown> | undefined): ForecastEntry | undefined {
    if (item === undefined || (item.expiresAt as number) <= this.seconds()) return undefined;
    return forecastEntry.parse(item);
  }

  private seconds(): number {
    return Math.floor(this.clock().getTime() / 1000);
  }
}

const keyOf = ({ team, region, metric }: SeriesKey, runId: string) => ({
  team,
  entry: `${region}#${metric}#${runId}`,
});
