import { interruptible } from '../clock.ts';
import type { ItemReader } from '../definition.ts';
import { TaskFailure } from '../errors.ts';
import { asFailure } from '../integrations.ts';
import type { Visit } from '../visit.ts';
import { csvItems } from './csv.ts';

const failed = (cause: string) => new TaskFailure('States.ItemReaderFailed', cause);

async function readArguments(reader: ItemReader, visit: Visit): Promise<{ bucket: string; key: string }> {
  const args = await visit.evaluate(reader.arguments);
  const { Bucket: bucket, Key: key, Prefix: prefix = '', ...rest } = (args ?? {}) as Record<string, unknown>;
  const name = reader.action === 'getObject' ? key : prefix;
  if (typeof bucket === 'string' && typeof name === 'string' && Object.keys(rest).length === 0)
    return { bucket, key: name };
  throw visit.unexpected(
    'ItemReader/Arguments',
    'object with strings Bucket and Key (or Prefix), nothing else',
    args,
  );
}

function parse(reader: ItemReader, body: Uint8Array, where: string): unknown[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  if (reader.inputType === 'CSV') return csvItems(text, reader.csvDelimiter, reader.csvHeaders);
  if (reader.inputType === 'JSONL')
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line));
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items)) throw failed(`${where} must hold a JSON array`);
  return items;
}

/**
 * The dataset of a Distributed Map, cut at MaxItems.
 * @throws TaskFailure States.ItemReaderFailed when it cannot be read
 */
export async function readItems(reader: ItemReader, visit: Visit): Promise<unknown[]> {
  const { bucket, key } = await readArguments(reader, visit);
  const maxItems = (await visit.number(reader.maxItems, 'MaxItems')) || Number.POSITIVE_INFINITY;
  const { signal, surroundings } = visit.frame;
  const { integrations } = surroundings;
  const where = `s3://${bucket}/${key}`;
  try {
    if (reader.action === 'getObject')
      return parse(reader, await interruptible(integrations.getObject(bucket, key), signal), where).slice(
        0,
        maxItems,
      );
    if (integrations.listObjects === undefined) throw failed('this composition lists no objects');
    return (await interruptible(integrations.listObjects(bucket, key), signal)).slice(0, maxItems);
  } catch (thrown) {
    signal.throwIfAborted();
    throw asFailure(thrown, 'States.ItemReaderFailed', `Cannot read ${where}`);
  }
}
