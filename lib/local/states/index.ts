/**
 * A strict interpreter of the Amazon States Language (query language JSONata): what it does not implement is
 * refused at load, by name. It knows no product and no cloud; whatever a machine reaches is an integration.
 */
export type { Clock } from './clock.ts';
export type { StateMachine } from './definition.ts';
export { DefinitionError, type Problem, TaskFailure } from './errors.ts';
export type { ExecutionResult } from './execution.ts';
export type { ExecutionEvent, ItemCounts } from './history.ts';
export type { Integrations, ListedObject } from './integrations.ts';
export { loadStateMachine } from './load.ts';
export { type RunOptions, runStateMachine } from './run.ts';
