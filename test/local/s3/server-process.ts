import { startS3 } from '../../../lib/local/s3/index.ts';

// A process of its own for the test that kills it: prints its endpoint, then serves until the end.
const server = await startS3({ dir: String(process.argv[2]), buckets: ['things'] });
process.stdout.write(`${server.endpoint}\n`);
