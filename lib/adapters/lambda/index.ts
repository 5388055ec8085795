export * from './counts.ts';
export { readEnvironment } from './environment.ts';
export { observed, observer } from './observed.ts';
export { parsed } from './parsed.ts';
export { requestOf, resultOf } from './rest-event.ts';
