import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A value of a template: JSON, with intrinsic functions still in it. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Values = { [key: string]: Value };

export interface TemplateResource {
  Type: string;
  Properties?: Values;
  Condition?: string;
}

/** A synthesized CloudFormation template, as far as the laptop cloud reads it. */
export interface Template {
  Resources?: Record<string, TemplateResource>;
  Parameters?: Record<string, { Type: string; Default?: Value }>;
  Conditions?: Record<string, Value>;
  Mappings?: Record<string, Record<string, Values>>;
  Outputs?: Record<string, { Value: Value; Condition?: string; Export?: { Name: Value } }>;
  Transform?: Value;
}

export interface Stack {
  name: string;
  /** Twelve digits; 000000000000 when the stack does not say. */
  account: string;
  region: string;
  template: Template;
}

export interface Assembly {
  stacks: Stack[];
  /** Asset files and directories by the key that the template names (`<hash>.zip`, `<hash>.json`). */
  assets: Map<string, string>;
}

interface Artifact {
  type: string;
  environment?: string;
  displayName?: string;
  properties?: { templateFile?: string; stackName?: string; file?: string; directoryName?: string };
}

interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

export const unknownAccount = '000000000000';

/**
 * Reads a synthesized CDK assembly: its stacks, in the manifest's order, and where its assets lie.
 *
 * @param directory path of `cdk.out`
 * @param defaultRegion region of stacks that are not bound to one
 * @throws when there is no manifest
 * @see https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
 */
export function loadAssembly(directory: string, defaultRegion: string): Assembly {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile))
    throw new Error(
      `No CDK assembly at ${directory}: ${manifestFile} does not exist. Synthesize the app first (npx cdk synth).`,
    );
  const assembly: Assembly = { stacks: [], assets: new Map() };
  const manifest = readJson(manifestFile) as { artifacts?: Record<string, Artifact> };
  for (const [id, artifact] of Object.entries(manifest.artifacts ?? {})) {
    const { templateFile, stackName, file, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'aws:cloudformation:stack' && templateFile !== undefined) {
      const [account = '', region = ''] = (artifact.environment ?? '').replace(/^aws:\/\//, '').split('/');
      assembly.stacks.push({
        name: stackName ?? id,
        account: /^\d{12}$/.test(account) ? account : unknownAccount,
        region: region === '' || region === 'unknown-region' ? defaultRegion : region,
        template: readJson(join(directory, templateFile)) as Template,
      });
    } else if (artifact.type === 'cdk:asset-manifest' && file !== undefined) {
      const assets = readJson(join(directory, file)) as AssetManifest;
      for (const { source, destinations } of Object.values(assets.files ?? {}))
        for (const { objectKey } of Object.values(destinations))
          if (source.path !== undefined) assembly.assets.set(objectKey, join(directory, source.path));
    } else if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      const nested = loadAssembly(join(directory, directoryName), defaultRegion);
      assembly.stacks.push(...nested.stacks);
      for (const [key, path] of nested.assets) assembly.assets.set(key, path);
    }
  }
  if (assembly.stacks.length === 0) throw new Error(`The CDK assembly at ${directory} holds no stack.`);
  return assembly;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
