import type { DynamoDBClient, QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { type Attributes, N, on, S } from './storage-dynamodb-calls.ts';
import { corrected, inTurn, refused as refusal, type Scenario } from './storage-outcome.ts';

/** 2 teams × 12 items; half are in the indexes. */
async function fill(client: DynamoDBClient, table: string): Promise<void> {
  const { put } = on(client, table);
  for (const p of ['checkout', 'search'])
    for (let i = 0; i < 12; i++) {
      const item: Attributes = {
        p: S(p),
        s: S(`${i % 2 ? 'odd' : 'even'}#${String(i).padStart(2, '0')}`),
        x: N(i),
        data: S('d'.repeat(i)),
      };
      await put(i % 2 ? item : { ...item, g: S(`g${i % 3}`), n: N((i - 6) * 10.5) });
    }
}

const of = (
  KeyConditionExpression: string,
  values: Attributes,
  more: Partial<QueryCommandInput> = {},
): Partial<QueryCommandInput> => ({
  KeyConditionExpression,
  ...more,
  ExpressionAttributeValues: { ...values, ...more.ExpressionAttributeValues },
});
const p = { ':p': S('checkout') };
const g = { ':g': S('g0') };

const queries: Partial<QueryCommandInput>[] = [
  of('p = :p', p),
  of('p = :p', { ':p': S('nobody') }),
  of('p = :p', p, { ScanIndexForward: false }),
  of('p = :p AND s = :s', { ...p, ':s': S('odd#03') }),
  of('p = :p AND s < :s', { ...p, ':s': S('odd#03') }),
  of('p = :p AND s <= :s', { ...p, ':s': S('odd#03') }),
  of('p = :p AND s > :s', { ...p, ':s': S('odd#03') }),
  of('p = :p AND s >= :s', { ...p, ':s': S('odd#03') }, { ScanIndexForward: false }),
  of('p = :p AND s BETWEEN :a AND :b', { ...p, ':a': S('even#04'), ':b': S('odd#05') }),
  of('p = :p AND begins_with(s, :s)', { ...p, ':s': S('odd#') }),
  of('begins_with(s, :s) AND p = :p', { ...p, ':s': S('even') }),
  of('(p = :p) AND (s > :s)', { ...p, ':s': S('odd#03') }),
  of('p = :p', p, { Select: 'COUNT' }),
  of('p = :p', p, { FilterExpression: 'x > :x', ExpressionAttributeValues: { ':x': N(8) } }),
  of('p = :p', p, {
    FilterExpression: 'attribute_exists(g) AND x < :x',
    ExpressionAttributeValues: { ':x': N(8) },
    Select: 'COUNT',
  }),
  of('p = :p', p, { ProjectionExpression: 'x' }),
  of('p = :p', p, { ConsistentRead: true }),
  of('g = :g', g, { IndexName: 'by-g' }),
  of('g = :g', g, { IndexName: 'by-g', ScanIndexForward: false }),
  of('g = :g AND n < :n', { ...g, ':n': N(0) }, { IndexName: 'by-g' }),
  of('g = :g AND n BETWEEN :a AND :b', { ...g, ':a': N(-70), ':b': N('0.5') }, { IndexName: 'by-g' }),
  of('g = :g', g, { IndexName: 'by-g', FilterExpression: 'p = :p', ExpressionAttributeValues: p }),
];

const refused: Partial<QueryCommandInput>[] = [
  of('s = :s', { ':s': S('a') }),
  of('p > :p', p),
  of('p = :p AND x = :x', { ...p, ':x': N(1) }),
  of('p = :p OR s = :s', { ...p, ':s': S('a') }),
  of('p = :p', { ':p': N(1) }),
  of('p = :p', p, { IndexName: 'absent' }),
  of('g = :g', g, { IndexName: 'by-g', ConsistentRead: true }),
  of('p = :p', p, { FilterExpression: 's = :s', ExpressionAttributeValues: { ':s': S('a') } }),
  of('p = :p', p, { Limit: 0 }),
  of('p = :p', p, { ExclusiveStartKey: { p: S('checkout') } }),
  of('p = :p', p, { ExclusiveStartKey: { p: S('other'), s: S('a') } }),
];

/** Every page by itself; the order of a Scan across partitions is each server's own. */
async function pages(
  client: DynamoDBClient,
  table: string,
  kind: 'query' | 'scan',
  asked: object,
): Promise<unknown[]> {
  const answers: unknown[] = [];
  let ExclusiveStartKey: Attributes | undefined;
  do {
    const answer = (await on(client, table)[kind]({ ...asked, ExclusiveStartKey })) as {
      Items?: Attributes[];
      LastEvaluatedKey?: Attributes;
    };
    answers.push(answer);
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  // A page that Limit ends at the last item has a LastEvaluatedKey on AWS, and then comes an empty page; moto looks ahead.
  const last = answers.at(-1) as { ScannedCount?: number };
  if (answers.length === 1 || last.ScannedCount !== 0) return answers;
  const { LastEvaluatedKey: _, ...previous } = answers.at(-2) as Record<string, unknown>;
  return [...answers.slice(0, -2), previous];
}

const nameOf = ({ p: team, s }: Attributes) => `${team?.S} ${s?.S}`;
/** All items of a Scan, in one order, and how many were found and read. */
async function scanned(
  client: DynamoDBClient,
  table: string,
  asked: Partial<ScanCommandInput>,
): Promise<unknown[]> {
  const all = (await pages(client, table, 'scan', asked)) as {
    Items?: Attributes[];
    Count: number;
    ScannedCount: number;
  }[];
  const items = all.flatMap(({ Items }) => Items ?? []).sort((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1));
  return [
    items,
    all.reduce((sum, { Count }) => sum + Count, 0),
    all.reduce((sum, { ScannedCount }) => sum + ScannedCount, 0),
  ];
}

const filled =
  (run: (client: DynamoDBClient, table: string) => Promise<unknown[]>) =>
  async (client: DynamoDBClient, table: string) => {
    await fill(client, table);
    return run(client, table);
  };

const scenarios: Scenario<DynamoDBClient>[] = [
  ...queries.map((query) => ({
    promise: `query ${JSON.stringify(query)}`,
    run: filled((c, t) => inTurn(() => on(c, t).query(query))),
  })),
  ...refused.map((query) => ({
    promise: `the query ${JSON.stringify(query)} is refused`,
    run: filled((c, t) => inTurn(() => on(c, t).query(query))),
  })),
  ...[1, 5, 11, 13].flatMap((Limit) =>
    [queries[0], queries[2], queries[9], queries[13], queries[17], queries[18]].map((query) => ({
      promise: `the pages of ${JSON.stringify({ ...query, Limit })}`,
      run: filled((c, t) => pages(c, t, 'query', { ...query, Limit })),
    })),
  ),
  ...(
    [
      {},
      { Limit: 5 },
      { FilterExpression: 'x >= :x', ExpressionAttributeValues: { ':x': N(9) }, Limit: 7 },
      { ProjectionExpression: 'p, s, g', Limit: 24 },
      { IndexName: 'by-g' },
      { IndexName: 'by-g', Limit: 4 },
      { IndexName: 'keys' },
      { Select: 'COUNT', Limit: 10 },
    ] as Partial<ScanCommandInput>[]
  ).map((scan) => ({
    promise: `scan ${JSON.stringify(scan)}`,
    run: filled((c, t) => scanned(c, t, scan)),
  })),
  {
    promise: 'the segments of a scan hold every item once',
    run: filled(async (c, t) => {
      const shares = await Promise.all(
        [0, 1, 2].map(
          async (Segment) => (await scanned(c, t, { Segment, TotalSegments: 3 }))[0] as Attributes[],
        ),
      );
      return shares.flat().map(nameOf).sort();
    }),
  },
  {
    promise: 'an index follows its items',
    run: filled((c, t) => {
      const { put, del, update, query } = on(c, t);
      const inIndex = () => query(of('g = :g', g, { IndexName: 'by-g', ProjectionExpression: 's, n' }));
      return inTurn(
        inIndex,
        () => del({ p: S('search'), s: S('even#06') }),
        () => update({ p: S('checkout'), s: S('even#06') }, { UpdateExpression: 'REMOVE g' }),
        () =>
          update(
            { p: S('checkout'), s: S('even#00') },
            { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': N(999) } },
          ),
        () => put({ p: S('search'), s: S('new'), g: S('g0'), n: N(-1000) }),
        () => put({ p: S('search'), s: S('even#00'), x: N(1) }),
        inIndex,
      );
    }),
  },
  {
    promise: 'a page ends at 1 MB',
    run: async (c, t) => {
      for (let i = 0; i < 5; i++)
        await on(c, t).put({ p: S('checkout'), s: S(String(i)), data: S('d'.repeat(300_000)) });
      const all = (await pages(c, t, 'query', of('p = :p', p))) as {
        Count: number;
        LastEvaluatedKey?: unknown;
      }[];
      return all.map(({ Count, LastEvaluatedKey }) => [Count, LastEvaluatedKey]);
    },
  },
];

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/';
const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/';
const nameOfRefused = (index: number) => `the query ${JSON.stringify(refused[index])} is refused`;

export const reading = corrected(scenarios, {
  [nameOfRefused(4)]: {
    rule: `moto finds nothing; the value has the type of the key: ${guide}Query.KeyConditionExpressions.html`,
    answers: [refusal],
  },
  [nameOfRefused(5)]: {
    rule: `moto answers ResourceNotFoundException; a missing index is a ValidationException: ${guide}Programming.Errors.html`,
    answers: [refusal],
  },
  [nameOfRefused(7)]: {
    rule: `moto filters by it; a filter names no key attribute: ${guide}Query.FilterExpression.html`,
    answers: [refusal],
  },
  [nameOfRefused(10)]: {
    rule: `moto finds nothing; a start key lies in the partition: ${api}API_Query.html`,
    answers: [refusal],
  },
  'a page ends at 1 MB': {
    rule: `moto ends before the item that exceeds 1 MB, DynamoDB when it is exceeded (Limit): ${api}API_Query.html`,
    answers: [
      [4, { p: S('checkout'), s: S('3') }],
      [1, undefined],
    ],
  },
});
