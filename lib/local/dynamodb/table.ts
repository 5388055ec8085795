import { invalidParameter, validation } from './errors.ts';
import { type AttributeValue, type Item, sortable, typeOf } from './value.ts';

export interface KeyElement {
  AttributeName: string;
  KeyType: string;
}
export interface Projection {
  ProjectionType?: string;
  NonKeyAttributes?: string[];
}
export interface IndexDefinition {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection?: Projection;
}

/** What a CloudFormation AWS::DynamoDB::Table or GlobalTable says of its items. */
export interface TableDefinition {
  TableName: string;
  KeySchema: KeyElement[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: IndexDefinition[];
  LocalSecondaryIndexes?: IndexDefinition[];
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean };
}

export interface KeyAttribute {
  name: string;
  type: 'S' | 'N' | 'B';
}
export interface Key {
  partition: KeyAttribute;
  sort: KeyAttribute | undefined;
}

export interface Index {
  /** Of its entries in the database. */
  id: number;
  name: string;
  key: Key;
  kind: 'global' | 'local';
  projection: Projection;
}

export interface Table {
  /** Of its items in the database. */
  id: number;
  name: string;
  key: Key;
  indexes: Index[];
  definition: TableDefinition;
  /** Milliseconds since 1970. */
  created: number;
}

/** @throws DynamoDbError when the schema names an attribute that is not defined, or has no partition key */
export function keyOf(schema: KeyElement[], { AttributeDefinitions, TableName }: TableDefinition): Key {
  const attribute = (keyType: string): KeyAttribute | undefined => {
    const name = schema.find((element) => element.KeyType === keyType)?.AttributeName;
    if (name === undefined) return undefined;
    const type = AttributeDefinitions.find((one) => one.AttributeName === name)?.AttributeType;
    if (type !== 'S' && type !== 'N' && type !== 'B')
      throw invalidParameter(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}] of table ${TableName}`,
      );
    return { name, type };
  };
  const partition = attribute('HASH');
  if (partition === undefined) throw invalidParameter(`Missing HASH in the KeySchema of table ${TableName}`);
  return { partition, sort: attribute('RANGE') };
}

export const keyAttributes = ({ partition, sort }: Key): KeyAttribute[] =>
  sort ? [partition, sort] : [partition];

/** A key's bytes: what rows are found and ordered by. Without a sort key the second is empty. */
export type KeyBytes = [partition: Buffer, sort: Buffer];

const bytesOf = (key: Key, item: Item): KeyBytes => [
  sortable(item[key.partition.name] as AttributeValue),
  key.sort ? sortable(item[key.sort.name] as AttributeValue) : Buffer.of(),
];

const isEmpty = ({ S, B }: AttributeValue) => S === '' || B === '';

function checkLengths(key: Key, [partition, sort]: KeyBytes): void {
  if (partition.length > 2048 && key.partition.type !== 'N')
    throw invalidParameter('Size of hashkey has exceeded the maximum size limit of2048 bytes');
  if (sort.length > 1024)
    throw invalidParameter('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
}

/** The key of an item that is put. @throws DynamoDbError */
export function keyOfItem(key: Key, item: Item): KeyBytes {
  for (const { name, type } of keyAttributes(key)) {
    const value = item[name];
    if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
    if (typeOf(value) !== type)
      throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    if (isEmpty(value)) throw emptyKey(value, name);
  }
  const bytes = bytesOf(key, item);
  checkLengths(key, bytes);
  return bytes;
}

const emptyKey = (value: AttributeValue, name: string) =>
  validation(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${value.S === '' ? 'string' : 'binary'} value. Key: ${name}`,
  );

/** The key that a request names an item by. @throws DynamoDbError when it is not exactly the table's key */
export function keyOfRequest(key: Key, given: Item): KeyBytes {
  const attributes = keyAttributes(key);
  const fits =
    Object.keys(given).length === attributes.length &&
    attributes.every(({ name, type }) => given[name] !== undefined && typeOf(given[name]) === type);
  if (!fits) throw validation('The provided key element does not match the schema');
  for (const { name } of attributes)
    if (isEmpty(given[name] as AttributeValue)) throw emptyKey(given[name] as AttributeValue, name);
  const bytes = bytesOf(key, given);
  checkLengths(key, bytes);
  return bytes;
}

/** The key under which an index holds an item; undefined when the item lacks it. @throws DynamoDbError for a wrong type */
export function keyInIndex({ key, name: index }: Index, item: Item): KeyBytes | undefined {
  for (const { name, type } of keyAttributes(key)) {
    const value = item[name];
    if (value === undefined) return undefined;
    if (typeOf(value) !== type)
      throw invalidParameter(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index}`,
      );
    if (isEmpty(value))
      throw validation(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${name}`,
      );
  }
  return bytesOf(key, item);
}

/** The attributes of an item that make the key of a table and of one of its indexes. */
export function keyPart(keys: Key[], item: Item): Item {
  const part: Item = {};
  for (const key of keys)
    for (const { name } of keyAttributes(key)) part[name] = item[name] as AttributeValue;
  return part;
}

const arn = (table: string) => `arn:aws:dynamodb:local:000000000000:table/${table}`;

/** What DescribeTable answers. */
export function describe(table: Table, itemCount: number): Record<string, unknown> {
  const { definition, name } = table;
  const indexes = (kind: Index['kind']) => {
    const found = table.indexes.filter((index) => index.kind === kind);
    if (found.length === 0) return undefined;
    const given =
      (kind === 'global' ? definition.GlobalSecondaryIndexes : definition.LocalSecondaryIndexes) ?? [];
    return given.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection: Projection ?? { ProjectionType: 'ALL' },
      IndexArn: `${arn(name)}/index/${IndexName}`,
      ...(kind === 'global' && { IndexStatus: 'ACTIVE' }),
    }));
  };
  return {
    TableName: name,
    TableArn: arn(name),
    TableStatus: 'ACTIVE',
    CreationDateTime: table.created / 1000,
    KeySchema: definition.KeySchema,
    AttributeDefinitions: definition.AttributeDefinitions,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    ItemCount: itemCount,
    GlobalSecondaryIndexes: indexes('global'),
    LocalSecondaryIndexes: indexes('local'),
  };
}
