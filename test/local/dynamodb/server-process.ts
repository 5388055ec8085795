import { startDynamoDb } from '../../../lib/local/dynamodb/index.ts';
import { table } from './client.ts';

// A process of its own for the test that kills it: prints its endpoint, then serves until the end.
const server = await startDynamoDb({ dir: String(process.argv[2]), tables: [table] });
process.stdout.write(`${server.endpoint}\n`);
