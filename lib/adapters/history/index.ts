export { MemoryHistoryStore } from './memory-history-store.ts';
export { S3HistoryStore } from './s3-history-store.ts';
