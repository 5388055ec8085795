import { TaskFailure } from '../errors.ts';
import { bytesOf, payloadLimit } from '../limits.ts';

/** The input of one child and how many items of the dataset it stands for. */
export interface ChildInput {
  input: unknown;
  items: number;
}

/**
 * Groups items, in order, into the inputs `{ BatchInput, Items }` of children. A batch ends before it would have
 * more than `maxItems` items or more than `maxBytes` bytes as JSON (256 KiB when not given).
 * @throws TaskFailure States.DataLimitExceeded when one item alone is too large
 */
export function batches(
  items: readonly unknown[],
  batchInput: unknown,
  maxItems = Number.POSITIVE_INFINITY,
  maxBytes = payloadLimit,
): ChildInput[] {
  const wrap = (group: unknown[]) => ({
    ...(batchInput !== undefined && { BatchInput: batchInput }),
    Items: group,
  });
  const emptyBytes = bytesOf(wrap([]));
  const result: ChildInput[] = [];
  let group: unknown[] = [];
  let bytes = emptyBytes;
  const flush = () => {
    if (group.length > 0) result.push({ input: wrap(group), items: group.length });
    group = [];
    bytes = emptyBytes;
  };
  for (const [index, item] of items.entries()) {
    const itemBytes = bytesOf(item);
    if (emptyBytes + itemBytes > maxBytes)
      throw new TaskFailure(
        'States.DataLimitExceeded',
        `Item ${index} makes a batch of ${emptyBytes + itemBytes} bytes by itself, the limit is ${maxBytes}.`,
      );
    const comma = group.length > 0 ? 1 : 0;
    if (group.length >= maxItems || bytes + comma + itemBytes > maxBytes) flush();
    bytes += itemBytes + (group.length > 0 ? 1 : 0);
    group.push(item);
  }
  flush();
  return result;
}
