import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Notice, notice } from '../../service/contracts/notices.ts';
import type { NoticeStore, Page } from '../../service/ports.ts';
import { keyOfToken, textKey, tokenOfKey } from './dynamo-page.ts';

const dayMs = 86_400_000;
const keyOf = ({ time, team }: Pick<Notice, 'time' | 'team'>) => `notice#${time}#${team}`;

/**
 * Notices of one region in the runs' table: partition key `region`, sort key `run` = `notice#<time>#<team>`, so that the
 * same run's notice to a team replaces itself. They leave with the forecasts that they tell of (`expiresAt`).
 */
export class DynamoNoticeStore implements NoticeStore {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly region: string;
  private readonly keptDays: number;

  constructor(options: { client: DynamoDBDocumentClient; table: string; region: string; keptDays: number }) {
    this.client = options.client;
    this.table = options.table;
    this.region = options.region;
    this.keptDays = options.keptDays;
  }

  async put(told: Notice): Promise<void> {
    await this.client.send(
      new PutCommand({
        TableName: this.table,
        Item: {
          ...told,
          region: this.region,
          run: keyOf(told),
          expiresAt: Math.ceil((Date.parse(told.time) + this.keptDays * dayMs) / 1000),
        },
      }),
    );
  }

  async get({ time, team }: Pick<Notice, 'time' | 'team'>): Promise<Notice | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({
        TableName: this.table,
        Key: { region: this.region, run: keyOf({ time, team }) },
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : notice.parse(Item);
  }

  async list(options: { team?: string; limit?: number; nextToken?: string }): Promise<Page<Notice>> {
    const { Items, LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: '#region = :region AND begins_with(#run, :notices)',
        ExpressionAttributeNames: {
          '#region': 'region',
          '#run': 'run',
          ...(options.team !== undefined && { '#team': 'team' }),
        },
        ExpressionAttributeValues: {
          ':region': this.region,
          ':notices': 'notice#',
          ...(options.team !== undefined && { ':team': options.team }),
        },
        ...(options.team !== undefined && { FilterExpression: '#team = :team' }),
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: options.limit,
        ...keyOfToken(options.nextToken, textKey('region', 'run')),
      }),
    );
    return { items: (Items ?? []).map((item) => notice.parse(item)), ...tokenOfKey(LastEvaluatedKey) };
  }
}
