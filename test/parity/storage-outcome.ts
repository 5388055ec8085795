import { createHash } from 'node:crypto';

/** Members that differ from one server, or one moment, to the next. */
const ownMembers = new Set([
  'RequestId',
  'HostId',
  'Owner',
  'Location',
  'UploadId',
  'NextContinuationToken',
  'ContinuationToken',
  'TableArn',
  'TableId',
  'IndexArn',
  'BucketArn',
  'ServerSideEncryption',
]);

/**
 * Members that AWS answers with and moto does not (ChecksumType), or the other way round (VersionId "null"; capacity and
 * collection metrics, which AWS tells only who asks with ReturnConsumedCapacity and ReturnItemCollectionMetrics).
 */
for (const name of ['ChecksumType', 'VersionId', 'Initiator', 'ConsumedCapacity', 'ItemCollectionMetrics'])
  ownMembers.add(name);

/** An answer with what is each server's own taken out, dates by their presence, undefined and empty members gone. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return 'a date';
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([name, one]) => !ownMembers.has(name) && name !== '$metadata' && one !== undefined)
    .map(([name, one]) => [name, comparable(one)] as const)
    // moto answers UPDATED_NEW of what is gone with an empty map, DynamoDB with none.
    .filter(
      ([name, one]) =>
        !(Array.isArray(one) && one.length === 0) && !(name === 'Attributes' && isEmptyMap(one)),
    );
  return Object.fromEntries(entries);
}

const isEmptyMap = (value: unknown) => Object.keys(value as object).length === 0;

interface Answer {
  $metadata: { httpStatusCode?: number };
  Body?: { transformToByteArray(): Promise<Uint8Array> };
}

/** Status and members of an answer, or status and code of an error. */
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    const { $metadata, Body, ...members } = (await call) as Answer;
    const bytes = await Body?.transformToByteArray();
    const body =
      bytes === undefined
        ? undefined
        : bytes.length < 200
          ? Buffer.from(bytes).toString()
          : `${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}`;
    const seen = comparable(members) as object;
    return { status: $metadata.httpStatusCode, ...seen, ...(body !== undefined && { body }) };
  } catch (error) {
    const { name, $metadata } = error as Error & Partial<Answer>;
    if ($metadata?.httpStatusCode === undefined) throw error;
    return { error: name, status: $metadata.httpStatusCode };
  }
}

/** What a request that is not valid is answered with. */
export const refused = { error: 'ValidationException', status: 400 };

/** One sequence of calls, sent to both endpoints. */
export interface Scenario<Client> {
  promise: string;
  run: (client: Client, name: string) => Promise<unknown[]>;
  /** Where moto is known to differ from AWS: the rule, with AWS's own page, and what ours must answer. */
  aws?: { rule: string; answers: unknown[] };
}

/** One after the other: the order is part of the scenario. */
export async function inTurn(...calls: (() => Promise<unknown>)[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const call of calls) answers.push(await call());
  return answers;
}

/** Scenarios with AWS's answers beside those of them that moto is known to answer otherwise. */
export function corrected<Client>(
  scenarios: Scenario<Client>[],
  aws: Record<string, Scenario<Client>['aws']>,
): Scenario<Client>[] {
  const unknown = Object.keys(aws).filter(
    (promise) => !scenarios.some((scenario) => scenario.promise === promise),
  );
  if (unknown.length > 0) throw new Error(`no scenario is called ${unknown.join(', ')}`);
  return scenarios.map((scenario) => ({ aws: aws[scenario.promise], ...scenario }));
}
