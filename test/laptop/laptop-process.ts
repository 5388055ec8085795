import { setTimeout as delay } from 'node:timers/promises';
import { bootCloud } from '../../lib/local/index.ts';

/**
 * The laptop as a process of its own, to be killed: `node laptop-process.ts ASSEMBLY DIR [SLOW_MS]`. Prints the APIs'
 * addresses as a line of JSON when it serves. With SLOW_MS each read of a history takes that much longer.
 */
const [assembly, dir, slow = '0'] = process.argv.slice(2);
const cloud = await bootCloud({
  assembly: assembly!,
  dir: dir!,
  concurrency: 2,
  schedules: false,
  async intercept({ service, operation, target }) {
    if (service === 's3' && operation === 'GetObject' && target.includes('/history/'))
      await delay(Number(slow));
    return undefined;
  },
});
const apis = cloud.stacks.map(({ outputs }) => ({ region: outputs.RegionId!, url: outputs.ApiUrl! }));
process.stdout.write(`${JSON.stringify(apis)}\n`);
