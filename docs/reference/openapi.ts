/** Writes openapi.json from the contracts of lib/api: `npm run docs:openapi`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from '../../lib/api/index.ts';

writeFileSync(join(import.meta.dirname, 'openapi.json'), `${JSON.stringify(openApi(), undefined, 1)}\n`);
