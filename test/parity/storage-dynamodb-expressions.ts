import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Attributes, key, N, on, S } from './storage-dynamodb-calls.ts';
import { corrected, inTurn, refused, type Scenario } from './storage-outcome.ts';

const a = key('team', 'a');
const item: Attributes = {
  ...a,
  x: N(5),
  word: S('forecast'),
  bytes: { B: Buffer.from('abc') },
  tags: { SS: ['red', 'green'] },
  nums: { NS: ['1', '2'] },
  ls: { L: [N(10), N(20), N(30)] },
  doc: { M: { inner: N(1), arr: { L: [S('p'), { M: { q: N(2) } }] } } },
  yes: { BOOL: true },
};
const values: Attributes = {
  ':0': N(0),
  ':1': N(1),
  ':5': N(5),
  ':5.0': N('5.0'),
  ':9': N(9),
  ':10': N(10),
  ':w': S('forecast'),
  ':fore': S('fore'),
  ':cast': S('cast'),
  ':red': S('red'),
  ':blue': S('blue'),
  ':p': S('p'),
  ':S': S('S'),
  ':M': S('M'),
  ':true': { BOOL: true },
  ':null': { NULL: true },
  ':same': { SS: ['green', 'red'] },
  ':some': { SS: ['red', 'blue'] },
  ':2': N(2),
  ':8': N(8),
  ':list': { L: [N(40), N(50)] },
  ':empty': { L: [] },
  ':map': { M: { q: N(2) } },
  ':set': { NS: ['2', '3'] },
  ':3': N(3),
  ':b': { B: Buffer.from('ab') },
};
/** What an expression names, and no more: DynamoDB refuses what is not used. */
function used(...expressions: string[]) {
  const named = new Set(expressions.join(' ').match(/:[\w.]+/g) ?? []);
  const picked = Object.fromEntries(Object.entries(values).filter(([name]) => named.has(name)));
  const names = new Set(expressions.join(' ').match(/#\w+/g) ?? []);
  return {
    ...(named.size > 0 && { ExpressionAttributeValues: picked }),
    ...(names.size > 0 && {
      ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
    }),
  };
}

const conditions = [
  'attribute_exists(x)',
  'attribute_exists(none)',
  'attribute_not_exists(none)',
  'attribute_not_exists(p)',
  'attribute_exists(doc.inner)',
  'attribute_exists(ls[1])',
  'attribute_exists(ls[3])',
  'attribute_exists(doc.#arr[1].q)',
  'x = :5',
  'x <> :5',
  'x < :9',
  'x <= :5',
  'x > :5',
  'x >= :5',
  'x < :10',
  'word < :w',
  'x < :w',
  'x <> :w',
  'none <> :5',
  'none = :5',
  'none < :5',
  ':5 = x',
  'x BETWEEN :1 AND :9',
  'x BETWEEN :9 AND :10',
  'x IN (:1, :5)',
  'x IN (:1, :9)',
  'none IN (:1)',
  'begins_with(word, :fore)',
  'begins_with(word, :cast)',
  'begins_with(bytes, :b)',
  'contains(word, :cast)',
  'contains(tags, :red)',
  'contains(tags, :blue)',
  'contains(nums, :1)',
  'contains(ls, :10)',
  'contains(doc.#arr, :p)',
  'contains(x, :5)',
  'attribute_type(word, :S)',
  'attribute_type(doc, :M)',
  'attribute_type(none, :S)',
  'size(word) = :8',
  'size(ls) = :3',
  'size(tags) >= :2',
  'size(doc) = :2',
  'size(none) = :1',
  'size(bytes) = :3',
  'yes = :true',
  'tags = :same',
  'tags = :some',
  'doc.#arr[1] = :map',
  'NOT x = :5',
  'NOT (x = :5 AND word = :fore)',
  'x = :1 OR x = :5 AND word = :w',
  '(x = :1 OR x = :5) AND word = :fore',
  'NOT attribute_exists(none) AND x = :5',
  'x = :1 OR x = :5',
  'x = :1 or not x = :9',
  'x between :1 and :9 and attribute_exists(p)',
  '((x = :5))',
  'p = :w',
  '#word = :w',
];

const refusedConditions = [
  'x',
  'x =',
  'x = :5 AND',
  '= :5',
  'x == :5',
  'x = :missing',
  '#missing = :5',
  'exists(x)',
  'attribute_exists(x, word)',
  'x = 5',
  'name = :w',
  'x BETWEEN :1',
  'x IN :1',
  '(x = :5',
  'size(x',
  '',
];

const updates = [
  'SET x = :1',
  'SET x = x + :1',
  'SET x = x - :10',
  'SET x = :1 - x',
  'SET fresh = :1',
  'SET fresh = if_not_exists(fresh, :0) + :1',
  'SET x = if_not_exists(x, :0) + :1',
  'SET ls = list_append(ls, :list)',
  'SET ls = list_append(:list, ls)',
  'SET fresh = list_append(if_not_exists(fresh, :empty), :list)',
  'SET ls[0] = :1',
  'SET ls[9] = :1',
  'SET doc.inner = :9',
  'SET doc.fresh = :9',
  'SET doc.#arr[1].q = :9',
  'SET x = word, word = x',
  'SET x = doc.#arr[1].q',
  'SET fresh = :null',
  'SET x = :1, word = :fore REMOVE tags, none',
  'REMOVE x',
  'REMOVE ls[0], ls[2]',
  'REMOVE doc.inner',
  'ADD x :9',
  'ADD fresh :9',
  'ADD tags :some',
  'ADD fresh :some',
  'ADD nums :set',
  'DELETE tags :some',
  'DELETE tags :same',
  'DELETE none :some',
  'set x = :1 remove word',
  'ADD x :1 SET word = :p',
  'SET x = :9 + :1',
  'SET fresh = if_not_exists(none, word)',
];

/** Inside a list or map, where DynamoDB answers UPDATED_* with the changed places alone and moto with all around them. */
const isNested = (update: string) => /[.[]/.test(update);

const returnValues = (update: string) =>
  isNested(update)
    ? (['ALL_NEW', 'ALL_OLD'] as const)
    : (['ALL_NEW', 'ALL_OLD', 'UPDATED_NEW', 'UPDATED_OLD'] as const);

const refusedUpdates = [
  'SET p = :p',
  'SET x = none',
  'SET x = word + :1',
  'SET none.deep = :1',
  'SET x = :1, x = :5',
  'SET doc = :map, doc.inner = :1',
  'SET x = :1 SET word = :p',
  'ADD word :1',
  'ADD x :p',
  'DELETE tags :1',
  'ADD tags :set',
  'SET x',
  'x = :1',
  'SET x = :missing',
  'SET x = list_append(x, :list)',
  'SET word[0] = :1',
  'REMOVE s',
  'SET status = :1',
  'SET x = fn(:1)',
  '',
];

const numbers = [
  ['1.0', '1'],
  ['-0', '0'],
  ['0.10', '0.1'],
  ['1e3', '1000'],
  ['1E-3', '0.001'],
  ['+5', '5'],
  ['00012', '12'],
  ['.5', '0.5'],
  ['123456789012345678901234567890.12345678', '123456789012345678901234567890.12345678'],
  ['1e125', `1${'0'.repeat(125)}`],
  ['-1e-130', `-0.${'0'.repeat(129)}1`],
] as const;
const refusedNumbers = ['1e126', '1e-131', '1'.repeat(39), '', 'NaN', '1 ', '0x1'];

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/';
const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/';

const scenarios: Scenario<DynamoDBClient>[] = [
  ...conditions.map((ConditionExpression) => ({
    promise: `condition ${ConditionExpression}`,
    run: (c: DynamoDBClient, t: string) =>
      inTurn(
        () => on(c, t).put(item),
        () => on(c, t).put({ ...a, x: N(1) }, { ConditionExpression, ...used(ConditionExpression) }),
        () => on(c, t).get(a, { ProjectionExpression: 'x' }),
      ),
  })),
  ...refusedConditions.map((ConditionExpression) => ({
    promise: `the condition "${ConditionExpression}" is refused`,
    run: (c: DynamoDBClient, t: string) =>
      inTurn(() => on(c, t).put(item, { ConditionExpression, ...used(ConditionExpression) })),
  })),
  ...updates.flatMap((UpdateExpression) =>
    returnValues(UpdateExpression).map((ReturnValues) => ({
      promise: `update ${UpdateExpression}, answering ${ReturnValues}`,
      run: (c: DynamoDBClient, t: string) =>
        inTurn(
          () => on(c, t).put(item),
          () => on(c, t).update(a, { UpdateExpression, ReturnValues, ...used(UpdateExpression) }),
          () => on(c, t).get(a),
        ),
    })),
  ),
  ...refusedUpdates.map((UpdateExpression) => ({
    promise: `the update "${UpdateExpression}" is refused`,
    run: (c: DynamoDBClient, t: string) =>
      inTurn(
        () => on(c, t).put(item),
        () => on(c, t).update(a, { UpdateExpression, ...used(UpdateExpression) }),
        () => on(c, t).get(a),
      ),
  })),
  {
    promise: 'an update of an absent item makes it',
    run: (c, t) =>
      inTurn(
        () => on(c, t).update(a, { UpdateExpression: 'SET x = :1', ...used(':1') }),
        () => on(c, t).get(a),
      ),
  },
  {
    promise: 'an update without an expression makes an item of its key',
    run: (c, t) =>
      inTurn(
        () => on(c, t).update(a),
        () => on(c, t).get(a),
      ),
  },
  {
    promise: 'a sum may stand in parentheses',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put(item),
        () =>
          on(c, t).update(a, {
            UpdateExpression: 'SET x = (x + :1)',
            ReturnValues: 'UPDATED_NEW',
            ...used(':1'),
          }),
      ),
  },
  {
    promise: 'UPDATED_NEW and UPDATED_OLD show the changed places of a document alone',
    run: (c, t) => {
      const change = { UpdateExpression: 'SET doc.#arr[1].q = :9, ls[1] = :1', ...used('#arr :9 :1') };
      return inTurn(
        () => on(c, t).put(item),
        () => on(c, t).update(a, { ...change, ReturnValues: 'UPDATED_OLD' }),
        () => on(c, t).update(a, { ...change, ReturnValues: 'UPDATED_NEW' }),
      );
    },
  },
  {
    promise: 'a conditional update and delete',
    run: (c, t) =>
      inTurn(
        () => on(c, t).put(item),
        () =>
          on(c, t).update(a, {
            UpdateExpression: 'SET x = :9',
            ConditionExpression: 'x = :5',
            ...used(':9 :5'),
          }),
        () =>
          on(c, t).update(a, {
            UpdateExpression: 'SET x = :9',
            ConditionExpression: 'x = :5',
            ...used(':9 :5'),
          }),
        () => on(c, t).del(a, { ConditionExpression: 'x = :5', ...used(':5') }),
        () => on(c, t).del(a, { ConditionExpression: 'x = :9', ...used(':9') }),
        () => on(c, t).del(a, { ConditionExpression: 'attribute_exists(p)' }),
        () => on(c, t).get(a),
      ),
  },
  {
    promise: 'what no expression uses is refused',
    run: (c, t) =>
      inTurn(
        () =>
          on(c, t).put(item, {
            ConditionExpression: 'attribute_not_exists(p)',
            ExpressionAttributeValues: { ':1': N(1) },
          }),
        () =>
          on(c, t).put(item, {
            ConditionExpression: 'attribute_not_exists(p)',
            ExpressionAttributeNames: { '#x': 'x' },
          }),
        () => on(c, t).put(item, { ExpressionAttributeNames: { '#x': 'x' } }),
        () => on(c, t).put(item, { ReturnValues: 'ALL_NEW' }),
      ),
  },
  ...numbers.map(([number, kept]) => ({
    promise: `the number ${number} is kept`,
    aws: {
      rule: `moto keeps the text; DynamoDB trims zeros and writes no exponent: ${guide}HowItWorks.NamingRulesDataTypes.html`,
      answers: [{ status: 200 }, { status: 200, Item: { ...a, x: N(kept) } }],
    },
    run: (c: DynamoDBClient, t: string) =>
      inTurn(
        () => on(c, t).put({ ...a, x: N(number) }),
        () => on(c, t).get(a),
      ),
  })),
  ...refusedNumbers.map((number) => ({
    promise: `the number "${number}" is refused`,
    run: (c: DynamoDBClient, t: string) => inTurn(() => on(c, t).put({ ...a, x: N(number) })),
  })),
];

const failed = { error: 'ConditionalCheckFailedException', status: 400 };
const shows = (x: number) => ({ status: 200, Item: { x: N(x) } });

export const expressions = corrected(scenarios, {
  'condition x < :w': {
    rule: `moto fails with a 500; a number is not less than a string: ${guide}Expressions.OperatorsAndFunctions.html`,
    answers: [{ status: 200 }, failed, shows(5)],
  },
  'condition begins_with(bytes, :b)': {
    rule: `moto knows begins_with of strings only: ${guide}Expressions.OperatorsAndFunctions.html`,
    answers: [{ status: 200 }, { status: 200 }, shows(1)],
  },
  'the condition "x = 5" is refused': {
    rule: `moto takes it; values are placeholders: ${guide}Expressions.ExpressionAttributeValues.html`,
    answers: [refused],
  },
  'the condition "" is refused': {
    rule: `moto takes it as no condition; an expression is not empty: ${api}API_PutItem.html`,
    answers: [refused],
  },
  'an update without an expression makes an item of its key': {
    rule: `moto refuses it; UpdateExpression is optional: ${api}API_UpdateItem.html`,
    answers: [
      { status: 200, Attributes: a },
      { status: 200, Item: a },
    ],
  },
  'a sum may stand in parentheses': {
    rule: `moto refuses it; parentheses change the order of evaluation: ${guide}Expressions.UpdateExpressions.html`,
    answers: [{ status: 200 }, { status: 200, Attributes: { x: N(6) } }],
  },
  'UPDATED_NEW and UPDATED_OLD show the changed places of a document alone': {
    rule: `moto shows neighbours too; only the updated attributes: ${api}API_UpdateItem.html`,
    answers: [
      { status: 200 },
      { status: 200, Attributes: changed(2, 20) },
      { status: 200, Attributes: changed(9, 1) },
    ],
  },
  'what no expression uses is refused': {
    rule: `moto overlooks values that are not used: ${guide}Expressions.ExpressionAttributeValues.html`,
    answers: [refused, refused, refused, refused],
  },
  'the number "1e126" is refused': {
    rule: `moto takes any magnitude: ${guide}HowItWorks.NamingRulesDataTypes.html`,
    answers: [refused],
  },
  [`the number "${'1'.repeat(39)}" is refused`]: {
    rule: `moto takes more than 38 digits: ${guide}HowItWorks.NamingRulesDataTypes.html`,
    answers: [refused],
  },
});

function changed(q: number, second: number): Attributes {
  return { doc: { M: { arr: { L: [{ M: { q: N(q) } }] } } }, ls: { L: [N(second)] } };
}
