import { existsSync, readFileSync } from 'node:fs';
import type { DeployedStack } from '../assembly/deployment.ts';
import type { Assembly, Values } from '../assembly/load.ts';
import type { Resource } from '../assembly/resource-types.ts';
import type { MachineDefinition } from './executions.ts';

/** Reads the state machines of all stacks. @throws on an express one and on a definition that is not in the assembly */
export function readMachines(stacks: DeployedStack[], assembly: Assembly): MachineDefinition[] {
  return stacks
    .flatMap((stack) => stack.resources)
    .filter(({ type }) => type === 'AWS::StepFunctions::StateMachine')
    .map((resource) => {
      const { properties, stack, name, ref } = resource;
      if ((properties.StateMachineType ?? 'STANDARD') !== 'STANDARD')
        throw new Error(
          `Stack ${stack.name}: ${resource.logicalId} is ${properties.StateMachineType}: the laptop cloud runs STANDARD state machines only.`,
        );
      return {
        stack: stack.name,
        name,
        arn: ref,
        roleArn: String(properties.RoleArn ?? ''),
        definition: JSON.parse(definitionText(resource, assembly)) as unknown,
      };
    });
}

function definitionText(resource: Resource, assembly: Assembly): string {
  const { properties } = resource;
  const substitutions = (properties.DefinitionSubstitutions ?? {}) as Values;
  const text =
    properties.Definition === undefined
      ? String(properties.DefinitionString ?? assetText(resource, assembly))
      : JSON.stringify(properties.Definition);
  return text.replace(/\$\{([\w.]+)\}/g, (whole, name: string) =>
    Object.hasOwn(substitutions, name) ? String(substitutions[name]) : whole,
  );
}

function assetText(resource: Resource, assembly: Assembly): string {
  const { Key } = (resource.properties.DefinitionS3Location ?? {}) as Values;
  const file = assembly.assets.get(String(Key));
  if (file === undefined || !existsSync(file))
    throw new Error(
      `Stack ${resource.stack.name}: the definition of ${resource.logicalId} (${Key}) is not in the assembly. Synthesize the app again.`,
    );
  return readFileSync(file, 'utf8');
}
