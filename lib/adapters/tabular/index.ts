export { writeColumns } from './columns-file.ts';
export { csvHeader } from './csv.ts';
export { readColumns } from './json-columns.ts';
export { inferStep, settle, sortObservations } from './settle.ts';
export { readTable, type Source } from './source.ts';
export { instantFromText } from './timestamp.ts';
export * from './types.ts';
