import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type RunRecord, runRecord } from '../../service/contracts/refresh.ts';
import { NotFound } from '../../service/errors.ts';
import type { Page, RunStore } from '../../service/ports.ts';
import { isConditionFailure } from './condition-failure.ts';
import { keyOfToken, textKey, tokenOfKey } from './dynamo-page.ts';

/** Runs of one region as a table: partition key `region`, sort key `run` = `run#<runId>`, or `published`. */
export class DynamoRunStore implements RunStore {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly region: string;

  constructor({ client, table, region }: { client: DynamoDBDocumentClient; table: string; region: string }) {
    this.client = client;
    this.table = table;
    this.region = region;
  }

  async begin(run: RunRecord): Promise<{ begun: boolean; run: RunRecord }> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { ...run, ...this.keyOf(run.runId) },
          ConditionExpression: 'attribute_not_exists(#run)',
          ExpressionAttributeNames: { '#run': 'run' },
        }),
      );
      return { begun: true, run };
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    const there = await this.get(run.runId);
    if (there === undefined) throw new NotFound(`The run ${run.runId} was there, and is no longer`);
    return { begun: false, run: there };
  }

  async get(runId: string): Promise<RunRecord | undefined> {
    const item = await this.read(this.keyOf(runId));
    return item === undefined ? undefined : runRecord.parse(item);
  }

  async list(options: { limit?: number; nextToken?: string }): Promise<Page<RunRecord>> {
    const { Items, LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: '#region = :region AND begins_with(#run, :runs)',
        ExpressionAttributeNames: { '#region': 'region', '#run': 'run' },
        ExpressionAttributeValues: { ':region': this.region, ':runs': 'run#' },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: options.limit,
        ...keyOfToken(options.nextToken, textKey('region', 'run')),
      }),
    );
    return { items: (Items ?? []).map((item) => runRecord.parse(item)), ...tokenOfKey(LastEvaluatedKey) };
  }

  async update(
    runId: string,
    change: Partial<Omit<RunRecord, 'runId' | 'region' | 'schemaVersion'>>,
  ): Promise<RunRecord> {
    const changes = Object.entries(change).filter(([, value]) => value !== undefined);
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: this.keyOf(runId),
          ConditionExpression: 'attribute_exists(#run)',
          UpdateExpression: `SET ${changes.map((_, i) => `#${i} = :${i}`).join(', ')}`,
          ExpressionAttributeNames: {
            '#run': 'run',
            ...Object.fromEntries(changes.map(([name], i) => [`#${i}`, name])),
          },
          ExpressionAttributeValues: Object.fromEntries(changes.map(([, value], i) => [`:${i}`, value])),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return runRecord.parse(Attributes);
    } catch (error) {
      if (isConditionFailure(error)) throw new NotFound(`There is no run ${runId}`);
      throw error;
    }
  }

  async published(): Promise<{ runId: string; scheduledTime: string } | undefined> {
    const item = await this.read({ region: this.region, run: 'published' });
    if (item === undefined) return undefined;
    return { runId: item.runId as string, scheduledTime: item.scheduledTime as string };
  }

  async publish({ runId, scheduledTime }: { runId: string; scheduledTime: string }): Promise<boolean> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { region: this.region, run: 'published', runId, scheduledTime },
          ConditionExpression: 'attribute_not_exists(#run) OR scheduledTime < :time OR runId = :id',
          ExpressionAttributeNames: { '#run': 'run' },
          ExpressionAttributeValues: { ':time': scheduledTime, ':id': runId },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  private keyOf(runId: string) {
    return { region: this.region, run: `run#${runId}` };
  }

  private async read(key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: key, ConsistentRead: true }),
    );
    return Item;
  }
}
