import type { Reach } from './ast.ts';
import type { Flow } from './definition.ts';
import type { Place } from './place.ts';
import type { Template } from './template.ts';

/** What the loader knows of the whole machine. */
export interface MachineReach {
  /** Names of states, which must be unique in the machine. */
  states: Set<string>;
  /** Labels of Distributed Maps, which must be unique in the machine. */
  labels: Set<string>;
  /** Reads the flow at a place: given here since states hold flows, which hold states. */
  loadFlow: (place: Place, outer: ReadonlySet<string>, machine: MachineReach) => Flow;
}

/** What the loader knows of the flow whose states it reads. */
export interface FlowReach {
  /** Variables assigned in this flow or in one around it (not across a Distributed Map). */
  variables: ReadonlySet<string>;
  /** Transitions, to be checked when all states are known. */
  targets: { name: string; place: Place }[];
}

/** Members of `$states`: input and context everywhere, the result or the error output where there is one. */
export function reachOf(flow: FlowReach, member?: 'result' | 'errorOutput'): Reach {
  const states = ['input', 'context', ...(member ? [member] : [])];
  return { variables: flow.variables, states };
}

/** Compiles an Assign field: an object from variable names to values. */
export function assignments(place: Place, reach: Reach, field = 'Assign'): Template | undefined {
  if (!place.present) return undefined;
  for (const [name, member] of place.members()) {
    if (name === 'states') member.refuse('the variable states is reserved');
    else if (!/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name))
      member.refuse(
        `${JSON.stringify(name)} is no variable name: a letter or _, then letters, digits or _, 80 at most`,
      );
  }
  return place.template(field, reach);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Names assigned by the states of one flow, in the states themselves, their choices and their catchers. */
export function assignedIn(states: unknown): Set<string> {
  const names = new Set<string>();
  for (const state of Object.values(isObject(states) ? states : {})) {
    if (!isObject(state)) continue;
    for (const part of [state, ...listOf(state.Choices), ...listOf(state.Catch)]) {
      if (isObject(part) && isObject(part.Assign))
        for (const name of Object.keys(part.Assign)) names.add(name);
    }
  }
  return names;
}
