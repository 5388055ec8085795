import type { MapState } from './definition.ts';
import { pool } from './pool.ts';
import { Scope } from './scope.ts';
import type { MapItem, Visit } from './visit.ts';

/** Step Functions quota: iterations of an inline Map at once. */
const inlineConcurrency = 40;

/** The items of a Map that reads no dataset: Items, or the state's input, which must be an array. */
export async function itemsOf(state: MapState, visit: Visit): Promise<unknown[]> {
  const items = state.items === undefined ? visit.input : await visit.evaluate(state.items);
  if (Array.isArray(items)) return items;
  throw visit.unexpected('Items', 'array', items, state.items);
}

/** What an iteration gets: the item, or what ItemSelector makes of it (always an object). */
export async function select(state: MapState, visit: Visit, item: MapItem): Promise<unknown> {
  if (state.itemSelector === undefined) return item.Value;
  const selected = await visit.evaluate(state.itemSelector, {}, item);
  if (typeof selected === 'object' && selected !== null && !Array.isArray(selected)) return selected;
  throw visit.unexpected('ItemSelector', 'object', selected, state.itemSelector);
}

/** Runs the processor for each item within this execution; the result has the outputs in the order of the items. */
export async function runInlineMap(state: MapState, visit: Visit): Promise<unknown[]> {
  const { frame, history } = visit;
  const items = await itemsOf(state, visit);
  const wanted = (await visit.number(state.maxConcurrency, 'MaxConcurrency')) || inlineConcurrency;
  history.record('MapStateStarted', { state: state.name });
  try {
    const concurrency = Math.min(wanted, inlineConcurrency);
    const outputs = await pool(items.length, concurrency, frame.signal, async (index, signal) => {
      const mapItem = { Index: index, Value: items[index] };
      history.record('MapIterationStarted', { state: state.name, index });
      try {
        const input = await select(state, visit, mapItem);
        const inner = { ...frame, scope: new Scope(frame.scope), mapItem, signal };
        const output = await frame.surroundings.runFlow(state.processor, input, inner);
        history.record('MapIterationSucceeded', { state: state.name, index });
        return output;
      } catch (failure) {
        const type = signal.aborted ? 'MapIterationAborted' : 'MapIterationFailed';
        if (!frame.signal.aborted) history.record(type, { state: state.name, index });
        throw failure;
      }
    });
    history.record('MapStateSucceeded', { state: state.name });
    return outputs;
  } catch (failure) {
    if (!frame.signal.aborted) history.record('MapStateFailed', { state: state.name });
    throw failure;
  }
}
