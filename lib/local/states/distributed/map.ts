import type { Distribution, MapState } from '../definition.ts';
import { itemsOf, select } from '../map.ts';
import type { Visit } from '../visit.ts';
import { batches, type ChildInput } from './batcher.ts';
import { MapRun } from './map-run.ts';
import { readItems } from './reader.ts';
import { format, writeResults } from './writer.ts';

/** Step Functions quota: children of a Map Run at once. */
const childrenAtOnce = 10_000;

async function childInputs(
  state: MapState,
  { reader, batcher }: Distribution,
  visit: Visit,
): Promise<ChildInput[]> {
  const items = reader ? await readItems(reader, visit) : await itemsOf(state, visit);
  const selected: unknown[] = [];
  for (const [Index, Value] of items.entries()) selected.push(await select(state, visit, { Index, Value }));
  if (batcher === undefined) return selected.map((input) => ({ input, items: 1 }));
  return batches(
    selected,
    await visit.optional(batcher.batchInput),
    await visit.number(batcher.maxItems, 'ItemBatcher/MaxItemsPerBatch'),
    await visit.number(batcher.maxInputBytes, 'ItemBatcher/MaxInputBytesPerBatch'),
  );
}

/**
 * Runs a Map in mode DISTRIBUTED: reads the items, groups them, runs a child execution for each group, and gives
 * either the children's outputs or, with a ResultWriter, where they were written.
 * Source: Step Functions developer guide, "Using Map state in Distributed mode", ItemReader, ItemBatcher, ResultWriter.
 * @throws TaskFailure States.ExceedToleratedFailureThreshold after the results are written
 */
export async function runDistributedMap(
  state: MapState,
  distribution: Distribution,
  visit: Visit,
): Promise<unknown> {
  const inputs = await childInputs(state, distribution, visit);
  const run = new MapRun(state, distribution, visit, inputs, {
    count: await visit.number(distribution.toleratedFailureCount, 'ToleratedFailureCount'),
    percentage: await visit.number(distribution.toleratedFailurePercentage, 'ToleratedFailurePercentage'),
  });
  const concurrency = (await visit.number(state.maxConcurrency, 'MaxConcurrency')) || childrenAtOnce;
  visit.history.record('MapRunStarted', { state: state.name, mapRunArn: run.arn });
  const exceeded = await run.children(Math.min(concurrency, childrenAtOnce));
  try {
    const { writer } = distribution;
    const written = writer?.arguments && (await writeResults(writer, writer.arguments, run, visit));
    if (exceeded) throw exceeded;
    visit.history.record('MapRunSucceeded', { state: state.name, mapRunArn: run.arn });
    return written ?? format(run.records(), distribution.writer?.transformation ?? 'COMPACT');
  } catch (failure) {
    if (!visit.frame.signal.aborted)
      visit.history.record('MapRunFailed', { state: state.name, mapRunArn: run.arn });
    throw failure;
  }
}
