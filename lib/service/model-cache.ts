import { decodeModel } from '../engine/index.ts';
import { Gone, Unavailable } from './errors.ts';
import type { ForecastStore } from './ports.ts';

type Model = ReturnType<typeof decodeModel>;

/** Decoded models by key. A model never changes under its key, so what was read once need not be read again. */
export class ModelCache {
  private readonly store: Pick<ForecastStore, 'getModel'>;
  private readonly limit: number;
  private readonly models = new Map<string, Promise<Model>>();

  /** @param limit models kept, the least recently used leaves first; one takes about 130 kB */
  constructor(store: Pick<ForecastStore, 'getModel'>, limit = 64) {
    this.store = store;
    this.limit = limit;
  }

  /** Throws Gone when the model was deleted, Unavailable when it was made by another version of the engine. */
  get(modelKey: string): Promise<Model> {
    const known = this.models.get(modelKey);
    const model = known ?? this.load(modelKey);
    this.models.delete(modelKey);
    this.models.set(modelKey, model);
    // What failed to load is asked for anew the next time.
    if (known === undefined) model.catch(() => this.models.delete(modelKey));
    const [oldest] = this.models.keys();
    if (this.models.size > this.limit && oldest !== undefined) this.models.delete(oldest);
    return model;
  }

  private async load(modelKey: string): Promise<Model> {
    const bytes = await this.store.getModel(modelKey);
    if (bytes === undefined) throw new Gone(`The model ${modelKey} is no longer kept`);
    try {
      return decodeModel(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Unavailable(
        `The forecast cannot be read by this version (${error.message}): it can be after the next refresh`,
        { cause: error },
      );
    }
  }
}
