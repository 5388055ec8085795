import { eventSpan } from '../event/curve.ts';
import { expand } from '../expand/expand.ts';
import type { ForecastModel } from '../model/types.ts';
import { nextStep } from '../time/steps.ts';
import type { Window } from '../types.ts';
import { type IngredientKind, stages } from './stages.ts';

/** What one ingredient of a forecast adds to the mean, step by step, in the unit of the series. */
export interface Ingredient {
  kind: IngredientKind;
  /** Unlike any other of its explanation: the kind, `period NAME`, `regressor NAME` or `event NAME`. Events of one name share an ingredient. */
  name: string;
  value: Float64Array;
}

/** Columns of equal length, one row a step: the ingredients of a step add up to its mean (to 1e-9 of the largest). */
export interface Explanation {
  time: Float64Array;
  mean: Float64Array;
  ingredients: Ingredient[];
}

/**
 * Which ingredient is worth how much, at any grain. The parts of the model are switched on one after another, in
 * the order of `stages` and then event by event; an ingredient is the mean with it less the mean without it.
 * So what multiplies in the model (year, week, day, lifts) counts for what it moves on top of those before it, the
 * constants of the model (`offset`, `shift`) belong to the level, and as each is a difference of two means, an
 * ingredient of a coarser step is the sum (count) or the mean (gauge) of those of its minutes.
 *
 * Throws as `expand` does.
 */
export function explain(model: ForecastModel, window: Omit<Window, 'quantiles'>): Explanation {
  const whole = { ...window, quantiles: [] };
  const { time, mean } = expand(model, whole);
  const ingredients: Ingredient[] = [];
  let before: Float64Array = new Float64Array(time.length);
  for (const { kind, name, model: partial } of stages(model)) {
    const after = expand(partial, whole).mean;
    const value = new Float64Array(time.length);
    for (let i = 0; i < value.length; i++) value[i] = after[i]! - before[i]!;
    ingredients.push({ kind, name, value });
    before = after;
  }
  ingredients.push(...eventIngredients(model, window, time, before));
  return { time, mean, ingredients };
}

/** Each event by name. `before` is the mean without events, and becomes the mean with all of them. */
function eventIngredients(
  model: ForecastModel,
  { end, stepSeconds }: Omit<Window, 'quantiles'>,
  time: Float64Array,
  before: Float64Array,
): Ingredient[] {
  const byName = new Map<string, Ingredient>();
  const lastEnd = time.length === 0 ? end : nextStep(model.settings.timeZone, time.at(-1)!, stepSeconds);
  model.events.forEach((event, k) => {
    const [from, until] = eventSpan(event, model.curves[event.curve]!);
    if (time.length === 0 || until <= time[0]! || from >= lastEnd) return;
    // Only the steps that the event touches are looked at.
    const first = Math.max(
      0,
      time.findLastIndex((at) => at <= from),
    );
    const next = time.findIndex((at) => at >= until);
    const last = next === -1 ? time.length : next;
    const name = `event ${event.name ?? event.id}`;
    const ingredient = byName.get(name) ?? { kind: 'event', name, value: new Float64Array(time.length) };
    byName.set(name, ingredient);
    const piece = {
      start: time[first]!,
      end: last < time.length ? time[last]! : end,
      stepSeconds,
      quantiles: [],
    };
    const after = expand({ ...model, events: model.events.slice(0, k + 1) }, piece).mean;
    for (let i = first; i < last; i++) {
      ingredient.value[i]! += after[i - first]! - before[i]!;
      before[i] = after[i - first]!;
    }
  });
  return [...byName.values()];
}
