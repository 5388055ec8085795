import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, parseConfigurationText } from '../service/contracts/configuration.ts';
import { CommandFailure } from './failure.ts';
import { packageRoot } from './root.ts';

/** What an assembly is made of: its bytes are the same as long as theirs are. */
const inputs = ['bin/app.ts', 'lambdas', 'lib', 'cdk.json', 'package-lock.json'];
const outside = /^lib\/(cli|local|web)\//;

function hashInputs(configuration: string): string {
  const hash = createHash('sha256').update(process.version);
  const add = (path: string, file: string) => hash.update(`\n${path}\n`).update(readFileSync(file));
  for (const input of inputs) {
    const path = join(packageRoot, input);
    if (/\.\w+$/.test(input)) add(input, path);
    else
      for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }).sort())
        if (/\.\w+$/.test(name) && !outside.test(`${input}/${name}`))
          add(`${input}/${name}`, join(path, name));
  }
  add('configuration', configuration);
  return hash.digest('hex');
}

/**
 * The folder of a synthesized assembly: the packed one in an installed package; in a clone `<dir>/assembly`, made by
 * `node bin/app.ts` unless nothing that it is made of has changed.
 */
export async function synthesize(dir: string): Promise<{ assembly: string; made: boolean }> {
  if (!existsSync(join(packageRoot, 'bin/app.ts')))
    return { assembly: join(packageRoot, 'dist/assembly'), made: false };
  const assembly = join(dir, 'assembly');
  const note = join(dir, 'assembly.sha256');
  const configuration = process.env.CLOUDTUNE_CONFIG ?? join(packageRoot, 'cloudtune.json');
  if (!existsSync(configuration))
    throw new CommandFailure(`CLOUDTUNE_CONFIG names ${configuration}, which is not there`, 2);
  refuseUnreachable(configuration);
  const hash = hashInputs(configuration);
  if (existsSync(note) && readFileSync(note, 'utf8') === hash && existsSync(join(assembly, 'manifest.json')))
    return { assembly, made: false };
  rmSync(note, { force: true });
  rmSync(assembly, { recursive: true, force: true });
  await runApp(assembly);
  writeFileSync(note, hash);
  return { assembly, made: true };
}

/** A history that lies in a service which the laptop does not have needs that service's endpoint. */
function refuseUnreachable(path: string): void {
  let regions: Configuration['regions'];
  try {
    ({ regions } = parseConfigurationText(readFileSync(path, 'utf8'), path));
  } catch (error) {
    throw new CommandFailure((error as Error).message, 2, { cause: error });
  }
  const [first] = regions.filter(({ history }) => history.kind === 'timestream');
  if (first !== undefined && process.env.AWS_ENDPOINT_URL_TIMESTREAM_QUERY === undefined)
    throw new CommandFailure(
      `${path}: the history of the region ${first.id} lies in Timestream, which the laptop does not have: set AWS_ENDPOINT_URL_TIMESTREAM_QUERY to an endpoint that answers for it`,
      2,
    );
}

/** `node bin/app.ts`, without the validation that CI does. */
export async function runApp(outdir: string): Promise<void> {
  const child = spawn(process.execPath, [join(packageRoot, 'bin/app.ts')], {
    cwd: packageRoot,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new CommandFailure(
      `The CDK app could not be synthesized (node bin/app.ts ended with ${code}):\n${said.trim()}`,
      code === 2 ? 2 : 1,
    );
}
