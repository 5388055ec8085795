import { DatabaseSync } from 'node:sqlite';

/**
 * Opens the laptop cloud's own memory: executions, deliveries that wait, dead letters. What is written has reached
 * the operating system when the call returns, so it outlives `kill -9`.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS executions (
      arn TEXT PRIMARY KEY, machine TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL, status TEXT NOT NULL,
      started INTEGER NOT NULL, stopped INTEGER, output TEXT, error TEXT, cause TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (machine, started);
    CREATE TABLE IF NOT EXISTS execution_events (execution TEXT NOT NULL, event TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS events_by_execution ON execution_events (execution);
    CREATE TABLE IF NOT EXISTS deliveries (
      id TEXT PRIMARY KEY, target TEXT NOT NULL, payload TEXT NOT NULL,
      attempts INTEGER NOT NULL, due INTEGER NOT NULL, accepted INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS messages (
      id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sent INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS schedules (arn TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT;
  `);
  return database;
}
