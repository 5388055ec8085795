import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { DeployedStack } from '../assembly/deployment.ts';
import type { Assembly, Values } from '../assembly/load.ts';
import type { Resource } from '../assembly/resource-types.ts';
import type { FunctionDefinition } from './function.ts';

/** Where the functions' SDK clients find the laptop's services. */
export interface Endpoints {
  s3: string;
  dynamodb: string;
  states: string;
}

/** Environment variables in place of the laptop's own, for a function by its name. */
export type EnvironmentOf = (name: string, endpoints: Endpoints) => Record<string, string>;

/** Lambda's own defaults. */
const defaultMemory = 128;
const defaultTimeout = 3;

/**
 * Reads the functions of all stacks and puts their code below `directory`, out of reach of the package.json that
 * lies above the assembly (it would decide what a `.js` file is; on Lambda nothing lies above).
 *
 * @throws on a runtime, package or layer that the laptop cloud does not have, naming the function
 */
export function readFunctions(
  stacks: DeployedStack[],
  assembly: Assembly,
  directories: { code: string; logs: string },
  endpoints: Endpoints,
  environmentOf: EnvironmentOf,
): FunctionDefinition[] {
  mkdirSync(directories.code, { recursive: true });
  mkdirSync(directories.logs, { recursive: true });
  writeFileSync(join(directories.code, 'package.json'), '{}\n');
  const used = new Set(['package.json']);
  const definitions = stacks.flatMap((stack) => {
    const providers = new Set(
      stack.resources
        .filter(({ type }) => type.startsWith('Custom::'))
        .map(({ properties }) => properties.ServiceToken),
    );
    return stack.resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .filter((resource) => !providers.has(resource.attribute('Arn')))
      .map((resource) => {
        const code = placeCode(resource, assembly, directories.code);
        const compiled = `${code}.compiled`;
        used.add(basename(code)).add(basename(compiled));
        return readFunction(resource, { code, compiled, logs: directories.logs }, endpoints, environmentOf);
      });
  });
  for (const name of readdirSync(directories.code))
    if (!used.has(name)) rmSync(join(directories.code, name), { recursive: true });
  return definitions;
}

function readFunction(
  resource: Resource,
  directories: { code: string; compiled: string; logs: string },
  endpoints: Endpoints,
  environmentOf: EnvironmentOf,
): FunctionDefinition {
  const { properties, stack, name } = resource;
  const memorySize = Number(properties.MemorySize ?? defaultMemory);
  const variables = ((properties.Environment ?? {}) as Values).Variables ?? {};
  const logging = (properties.LoggingConfig ?? {}) as Values;
  const limit = properties.ReservedConcurrentExecutions;
  const environment: Values = {
    ...(variables as Values),
    AWS_REGION: stack.region,
    AWS_DEFAULT_REGION: stack.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memorySize,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.LogGroup ?? `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'laptop',
    AWS_LAMBDA_LOG_FORMAT: logging.LogFormat ?? 'Text',
    ...(logging.ApplicationLogLevel === undefined
      ? {}
      : { AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel }),
    LAMBDA_TASK_ROOT: directories.code,
    _HANDLER: properties.Handler ?? '',
    TZ: ':UTC',
    // Nobody's account: the endpoints ask for no signature, and the person's own configuration stays unread.
    AWS_ACCESS_KEY_ID: 'LAPTOP',
    AWS_SECRET_ACCESS_KEY: 'LAPTOP',
    AWS_SESSION_TOKEN: 'LAPTOP',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Services that the laptop does not have, where the person names an endpoint for them.
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => /^AWS_ENDPOINT_URL_/.test(key))),
    // Every service without an endpoint of its own hears from the last one that the laptop does not have it.
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SFN: endpoints.states,
    AWS_ENDPOINT_URL: endpoints.states,
    ...environmentOf(name, endpoints),
  };
  return {
    stack: stack.name,
    name,
    arn: resource.attribute('Arn'),
    handler: String(properties.Handler),
    directory: directories.code,
    compiled: directories.compiled,
    memorySize,
    timeout: Number(properties.Timeout ?? defaultTimeout),
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])),
    reservedConcurrency: limit === undefined ? undefined : Number(limit),
    logFile: join(directories.logs, `${name}.log`),
  };
}

/** @returns the directory that now holds the function's code; its name is the code's digest */
function placeCode(resource: Resource, assembly: Assembly, directory: string): string {
  const { properties } = resource;
  const code = (properties.Code ?? {}) as Values;
  const unsupported = ['Layers', 'FileSystemConfigs', 'ImageConfig', 'DurableConfig'].find(
    (name) => properties[name] !== undefined && JSON.stringify(properties[name]) !== '[]',
  );
  if (unsupported !== undefined || properties.PackageType === 'Image')
    throw refused(resource, unsupported === undefined ? 'is a container image' : `has ${unsupported}`);
  if (!/^nodejs\d+\.x$/.test(String(properties.Runtime)))
    throw refused(resource, `runs on ${properties.Runtime}, not on Node.js`);
  if (code.ZipFile !== undefined) {
    const text = String(code.ZipFile);
    const target = join(directory, `inline.${createHash('sha256').update(text).digest('hex')}`);
    return place(target, (temporary) => {
      mkdirSync(temporary);
      writeFileSync(join(temporary, 'index.js'), text);
    });
  }
  const source = assembly.assets.get(String(code.S3Key));
  if (source === undefined || !existsSync(source))
    throw new Error(
      `Stack ${resource.stack.name}: the code of ${resource.logicalId} (${code.S3Key}) is not in the assembly. Synthesize the app again, with bundling.`,
    );
  if (!statSync(source).isDirectory()) throw refused(resource, 'has its code in a .zip file');
  return place(join(directory, basename(source)), (temporary) =>
    cpSync(source, temporary, { recursive: true }),
  );
}

/** All or nothing: a copy that was cut short is never taken for the code. */
function place(target: string, fill: (temporary: string) => void): string {
  if (existsSync(target)) return target;
  const temporary = `${target}.part`;
  rmSync(temporary, { recursive: true, force: true });
  fill(temporary);
  renameSync(temporary, target);
  return target;
}

const refused = (resource: Resource, what: string) =>
  new Error(
    `Stack ${resource.stack.name}: ${resource.logicalId} (${resource.type}) ${what}: the laptop cloud does not have that.`,
  );
