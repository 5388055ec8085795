import { setTimeout as pause } from 'node:timers/promises';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { type SeriesKey, type SeriesRecord, seriesRecord } from '../../service/contracts/series.ts';
import { Unavailable } from '../../service/errors.ts';
import { mergeHistory } from '../../service/merge-history.ts';
import type { Page, SeriesRegistry } from '../../service/ports.ts';
import { isConditionFailure } from './condition-failure.ts';
import { keyOfToken, textKey, tokenOfKey } from './dynamo-page.ts';

const attempts = 12;

/** The registry as a table: partition key `team`, sort key `series` = `region#metric`. */
export class DynamoSeriesRegistry implements SeriesRegistry {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly region: string;

  constructor({ client, table, region }: { client: DynamoDBDocumentClient; table: string; region: string }) {
    this.client = client;
    this.table = table;
    this.region = region;
  }

  async get(series: SeriesKey): Promise<SeriesRecord | undefined> {
    return (await this.read(series))?.record;
  }

  async list(options: { team?: string; limit?: number; nextToken?: string }): Promise<Page<SeriesRecord>> {
    const page = {
      TableName: this.table,
      Limit: options.limit,
      ExpressionAttributeNames: { '#series': 'series' },
      ...keyOfToken(options.nextToken, textKey('team', 'series')),
    };
    const prefix = { ':region': `${this.region}#` };
    const { Items, LastEvaluatedKey } = await this.client.send(
      options.team === undefined
        ? new ScanCommand({
            ...page,
            FilterExpression: 'begins_with(#series, :region)',
            ExpressionAttributeValues: prefix,
          })
        : new QueryCommand({
            ...page,
            KeyConditionExpression: 'team = :team AND begins_with(#series, :region)',
            ExpressionAttributeValues: { ...prefix, ':team': options.team },
          }),
    );
    return { items: (Items ?? []).map((item) => seriesRecord.parse(item)), ...tokenOfKey(LastEvaluatedKey) };
  }

  /** Reads, merges and puts back what nobody changed in between (`version` counts the changes). */
  async recordHistory(
    series: SeriesKey,
    change: Pick<SeriesRecord, 'metricKind' | 'stepSeconds' | 'firstTime' | 'lastTime' | 'revisions'>,
  ): Promise<SeriesRecord> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const old = await this.read(series);
      const record = mergeHistory(series, old?.record, change, new Date());
      if (await this.put(record, old?.version)) return record;
      await pause(Math.random() * Math.min(500, 10 * 2 ** attempt));
    }
    throw new Unavailable(
      `Other writers changed the record of ${sortKey(series)} ${attempts} times in a row: write again later`,
    );
  }

  private async read(series: SeriesKey): Promise<{ record: SeriesRecord; version: number } | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({
        TableName: this.table,
        Key: { team: series.team, series: sortKey(series) },
        ConsistentRead: true,
      }),
    );
    if (Item === undefined) return undefined;
    return { record: seriesRecord.parse(Item), version: Item.version as number };
  }

  private async put(record: SeriesRecord, version: number | undefined): Promise<boolean> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { ...record, series: sortKey(record), version: (version ?? 0) + 1 },
          ExpressionAttributeNames: { '#version': 'version' },
          ...(version === undefined
            ? { ConditionExpression: 'attribute_not_exists(#version)' }
            : {
                ConditionExpression: '#version = :version',
                ExpressionAttributeValues: { ':version': version },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}

const sortKey = ({ region, metric }: SeriesKey) => `${region}#${metric}`;
