import { bootCloud } from '../../lib/local/index.ts';

/** Boots an assembly, puts an object, starts an execution, and stays until it is killed. */
const [assembly = '', dir = '', key = ''] = process.argv.slice(2);
const cloud = await bootCloud({ assembly, dir, schedules: false });
await fetch(`${cloud.endpoints.s3}/the-box/${key}`, { method: 'PUT', body: 'kept' });
const { executionArn } = await cloud.stateMachines[0]!.start({ n: 1 }, 'cut-short');
cloud.onEvent((event) => {
  if (event.type === 'TaskStarted') process.stdout.write(`${executionArn}\n`);
});
setInterval(() => {}, 60_000);
