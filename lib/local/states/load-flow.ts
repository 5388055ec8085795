import type { Flow, State } from './definition.ts';
import { loadState } from './load-state.ts';
import type { Place } from './place.ts';
import { assignedIn, type FlowReach, type MachineReach } from './reach.ts';

/** Names of the states that can be reached from `startAt`. */
function reachable(startAt: string, states: ReadonlyMap<string, State>): Set<string> {
  const seen = new Set<string>();
  const ahead = [startAt];
  while (ahead.length > 0) {
    const name = ahead.pop() as string;
    const state = states.get(name);
    if (state === undefined || seen.has(name)) continue;
    seen.add(name);
    if ('next' in state && state.next !== undefined) ahead.push(state.next);
    if ('catch' in state) ahead.push(...state.catch.map((catcher) => catcher.next));
    if (state.type === 'Choice') {
      ahead.push(...state.choices.map((choice) => choice.next));
      if (state.default !== undefined) ahead.push(state.default);
    }
  }
  return seen;
}

/**
 * Reads StartAt and States at `place`.
 * @param outer variables of the flows around this one, which its states may read and may not assign
 */
export function loadFlow(place: Place, outer: ReadonlySet<string>, machine: MachineReach): Flow {
  const statesPlace = place.at('States');
  const own = assignedIn(statesPlace.value);
  const reach: FlowReach = { variables: new Set([...outer, ...own]), targets: [] };
  for (const name of own)
    if (outer.has(name))
      statesPlace.refuse(
        `the variable ${name} belongs to an outer scope: an inner scope may read it, not assign it`,
      );

  const states = new Map<string, State>();
  for (const [name, member] of statesPlace.members()) {
    if (name.length > 80 || name.length === 0) member.refuse('a state name has 1 to 80 characters');
    if (machine.states.has(name)) member.refuse('state names must be unique in the whole machine');
    machine.states.add(name);
    const state = loadState(name, member, reach, machine);
    if (state) states.set(name, state);
  }
  const startAt = place.at('StartAt').string();
  const declared = new Set(statesPlace.value ? Object.keys(statesPlace.value as object) : []);
  if (declared.size === 0) statesPlace.refuse('must have at least one state');
  for (const target of [...reach.targets, { name: startAt, place: place.at('StartAt') }])
    if (!declared.has(target.name))
      target.place.refuse(`there is no state ${JSON.stringify(target.name)} here`);
  if (declared.has(startAt) && states.size === declared.size) {
    const seen = reachable(startAt, states);
    for (const name of declared)
      if (!seen.has(name)) statesPlace.at(name).refuse('no transition leads to this state');
  }
  return { startAt, states };
}
