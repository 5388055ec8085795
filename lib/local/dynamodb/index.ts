import type { Interceptor } from '../intercept.ts';
import { listen, stopListening } from '../listen.ts';
import { dynamoDbServer } from './server.ts';
import { Store } from './store.ts';
import type { TableDefinition } from './table.ts';

export type { TableDefinition } from './table.ts';

export interface DynamoDbOptions {
  /** Where items are kept; made when absent. One server at a time. */
  dir: string;
  /** On 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** Created when absent; kept when present, with new indexes filled. */
  tables: TableDefinition[];
  intercept?: Interceptor;
}

export interface LocalDynamoDb {
  /** For `AWS_ENDPOINT_URL_DYNAMODB`. */
  endpoint: string;
  /** Ends all connections and closes the file; a second call changes nothing. */
  close(): Promise<void>;
}

/**
 * Starts the laptop's DynamoDB: items, conditions, updates, queries, batches and secondary indexes, kept on disk so that
 * an acknowledged write outlives `kill -9`. What it does not implement it refuses by name. Items past their time to live
 * stay, as they may on AWS for days: readers filter.
 *
 * @throws Error when a table that is there has another key than its definition
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<LocalDynamoDb> {
  const store = new Store(options.dir);
  for (const table of options.tables) store.ensureTable(table);
  const server = dynamoDbServer(store, options.intercept);
  const endpoint = await listen(server, options.port ?? 0);
  const stop = async () => {
    await stopListening(server);
    store.close();
  };
  let stopped: Promise<void> | undefined;
  const close = () => {
    stopped ??= stop();
    return stopped;
  };
  return { endpoint, close };
}
