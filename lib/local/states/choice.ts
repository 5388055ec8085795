import type { ChoiceState, Outcome } from './definition.ts';
import type { Visit } from './visit.ts';

/** The first rule whose Condition is true, else the Default, with what its transition assigns and puts out. */
export async function choose(state: ChoiceState, visit: Visit): Promise<{ next: string; outcome: Outcome }> {
  for (const rule of state.choices) {
    const value = await visit.evaluate(rule.condition);
    if (typeof value !== 'boolean') throw visit.unexpected('Condition', 'boolean', value, rule.condition);
    if (value) return { next: rule.next, outcome: rule };
  }
  if (state.default !== undefined) return { next: state.default, outcome: state };
  throw visit.failure('States.NoChoiceMatched', 'No choice rule matched and the state has no Default.');
}
