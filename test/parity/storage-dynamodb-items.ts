import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { key, N, on, S } from './storage-dynamodb-calls.ts';
import { corrected, inTurn, outcome, refused, type Scenario } from './storage-outcome.ts';

const a = key('team', 'a');
const everyType = {
  text: S('é 🚀'),
  empty: S(''),
  number: N('3.25'),
  bytes: { B: Buffer.from([0, 255, 1]) },
  texts: { SS: ['b', 'a'] },
  numbers: { NS: ['1', '2.5'] },
  yes: { BOOL: true },
  nothing: { NULL: true as const },
  list: { L: [S('x'), N(1), { L: [] }] },
  map: { M: { deep: { M: { er: N(7) } } } },
};
const sorted = (answer: unknown) => {
  const { Responses } = answer as { Responses?: Record<string, { s: { S: string } }[]> };
  for (const list of Object.values(Responses ?? {})) list.sort((x, y) => x.s.S.localeCompare(y.s.S));
  return Object.values(Responses ?? { none: answer });
};

const scenarios: Scenario<DynamoDBClient>[] = [
  {
    promise: 'an item of every type comes back',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put({ ...a, ...everyType }),
        () => on(c, t).get(a),
      ),
  },
  {
    promise: 'an absent item is no error',
    run: (c, t) =>
      inTurn(
        () => on(c, t).get(a),
        () => on(c, t).del(a),
        () => on(c, t).del(a, { ReturnValues: 'ALL_OLD' }),
      ),
  },
  {
    promise: 'PutItem replaces the whole item and can show the old one',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put({ ...a, x: N(1) }, { ReturnValues: 'ALL_OLD' }),
        () => on(c, t).put({ ...a, y: N(2) }, { ReturnValues: 'ALL_OLD' }),
        () => on(c, t).get(a),
      ),
  },
  {
    promise: 'DeleteItem can show the old item',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put({ ...a, x: N(1) }),
        () => on(c, t).del(a, { ReturnValues: 'ALL_OLD' }),
        () => on(c, t).get(a),
      ),
  },
  ...(
    [
      ['without its sort key', { p: S('team') }],
      ['without its partition key', { s: S('a') }],
      ['with a key of another type', { p: N(1), s: S('a') }],
      ['with an empty key', { p: S(''), s: S('a') }],
      ['with an index key of another type', { ...a, g: N(1) }],
      ['with an empty set', { ...a, x: { SS: [] } }],
      ['with a number that is none', { ...a, x: N('one') }],
    ] as const
  ).map(([what, item]) => ({
    promise: `PutItem ${what} is refused`,
    run: (c: DynamoDBClient, t: string) => inTurn(() => on(c, t).put(item as never)),
  })),
  ...(
    [
      ['too much', { ...a, x: N(1) }],
      ['too little', { p: S('team') }],
      ['another type', { p: S('team'), s: N(1) }],
    ] as const
  ).map(([what, Key]) => ({
    promise: `a key of ${what} is refused`,
    run: (c: DynamoDBClient, t: string) =>
      inTurn(
        () => on(c, t).get(Key as never),
        () => on(c, t).del(Key as never),
        () => on(c, t).update(Key as never, { UpdateExpression: 'REMOVE y' }),
      ),
  })),
  {
    promise: 'an item of more than 400 KB is refused',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put({ ...a, x: S('x'.repeat(410_000)) }),
        () => on(c, t).put({ ...a, x: S('x'.repeat(409_000)) }),
      ),
  },
  {
    promise: 'a table that is not there',
    run: (c) =>
      inTurn(
        () => on(c, 'absent').put(a),
        () => on(c, 'absent').get(a),
        () => on(c, 'absent').scan(),
        () => outcome(c.send(new DescribeTableCommand({ TableName: 'absent' }))),
      ),
  },
  {
    promise: 'DescribeTable tells keys and indexes',
    run: async (c, t) => {
      const { Table } = await c.send(new DescribeTableCommand({ TableName: t }));
      const { TableStatus, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = Table ?? {};
      const indexes = GlobalSecondaryIndexes?.map(
        ({ IndexName, KeySchema: schema, Projection, IndexStatus }) => ({
          IndexName,
          schema,
          Projection,
          IndexStatus,
        }),
      );
      return [TableStatus, KeySchema, AttributeDefinitions, indexes];
    },
  },
  {
    promise: 'a projection shows what it names',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put({ ...a, ...everyType }),
        () =>
          on(c, t).get(a, {
            ProjectionExpression: 's, map.deep.er, #l[1], absent, #l[9]',
            ExpressionAttributeNames: { '#l': 'list' },
          }),
        () => on(c, t).get(a, { ProjectionExpression: 'absent' }),
      ),
  },
  {
    promise: 'BatchWriteItem puts and deletes, BatchGetItem finds what is there',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put({ ...a, x: N(1) }),
        () =>
          outcome(
            c.send(
              new BatchWriteItemCommand({
                RequestItems: {
                  [t]: [
                    { DeleteRequest: { Key: a } },
                    ...['b', 'c', 'd'].map((s) => ({ PutRequest: { Item: { ...key('team', s), x: N(2) } } })),
                  ],
                },
              }),
            ),
          ),
        async () =>
          sorted(
            await outcome(
              c.send(
                new BatchGetItemCommand({
                  RequestItems: {
                    [t]: { Keys: ['a', 'b', 'd'].map((s) => key('team', s)), ProjectionExpression: 's, x' },
                  },
                }),
              ),
            ),
          ),
      ),
  },
  {
    promise: 'a batch names no key twice',
    run: (c, t) =>
      inTurn(
        () =>
          outcome(
            c.send(
              new BatchWriteItemCommand({
                RequestItems: { [t]: [1, 2].map((x) => ({ PutRequest: { Item: { ...a, x: N(x) } } })) },
              }),
            ),
          ),
        () => outcome(c.send(new BatchGetItemCommand({ RequestItems: { [t]: { Keys: [a, a] } } }))),
      ),
  },
  {
    promise: 'a batch has its limits',
    run: (c, t) => {
      const keys = Array.from({ length: 101 }, (_, i) => key('team', String(i)));
      return inTurn(
        () =>
          outcome(
            c.send(
              new BatchWriteItemCommand({
                RequestItems: { [t]: keys.slice(0, 26).map((Key) => ({ DeleteRequest: { Key } })) },
              }),
            ),
          ),
        () => outcome(c.send(new BatchGetItemCommand({ RequestItems: { [t]: { Keys: keys } } }))),
        () => outcome(c.send(new BatchGetItemCommand({ RequestItems: { [t]: { Keys: [] } } }))),
      );
    },
  },
];

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/';
const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/';

export const items = corrected(scenarios, {
  'PutItem with an index key of another type is refused': {
    rule: `moto stores it; an index key has the type that the table defines: ${guide}GSI.html`,
    answers: [refused],
  },
  'a key of another type is refused': {
    rule: `moto finds nothing; a key has the types of the schema: ${api}API_GetItem.html`,
    answers: [refused, refused, refused],
  },
  'an item of more than 400 KB is refused': {
    rule: `moto draws the line at 405,000 bytes; it is 409,600: ${guide}ServiceQuotas.html`,
    answers: [refused, { status: 200 }],
  },
  'a batch names no key twice': {
    rule: `moto writes both; the same item twice is refused: ${api}API_BatchWriteItem.html`,
    answers: [refused, refused],
  },
  'a batch has its limits': {
    rule: `moto takes more than 25 requests and no keys: ${api}API_BatchWriteItem.html, ${api}API_BatchGetItem.html`,
    answers: [refused, refused, refused],
  },
});
