export { MemoryHistoryStore } from './memory-history-store.ts';
export { decodeObservations, encodeObservations } from './observations-file.ts';
export { S3HistoryStore } from './s3-history-store.ts';
