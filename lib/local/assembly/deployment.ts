import type { Assembly, Stack, TemplateResource, Value, Values } from './load.ts';
import { resolve, type Scope } from './resolve.ts';
import { generatedName, type Resource, resourceTypes } from './resource-types.ts';

export interface DeployedStack {
  name: string;
  region: string;
  account: string;
  resources: Resource[];
  outputs: Record<string, Value>;
}

/**
 * Resolves all stacks of an assembly together (they may import each other's outputs).
 *
 * @throws one error that lists every resource of a type that is not supported, by stack and logical id
 */
export function deploy(assembly: Assembly): DeployedStack[] {
  refuseUnknownTypes(assembly.stacks);
  const scopes: StackScope[] = [];
  for (const stack of assembly.stacks) scopes.push(stackScope(stack, scopes));
  return scopes.map(({ stack, resources, outputs }) => ({
    name: stack.name,
    region: stack.region,
    account: stack.account,
    resources: [...resources.values()],
    outputs: outputs(),
  }));
}

function refuseUnknownTypes(stacks: Stack[]): void {
  const refused = stacks.flatMap((stack) => [
    ...(stack.template.Transform === undefined
      ? []
      : [`${stack.name}: Transform ${JSON.stringify(stack.template.Transform)}`]),
    ...Object.entries(stack.template.Resources ?? {})
      .filter(([, resource]) => !Object.hasOwn(resourceTypes, resource.Type))
      .map(([logicalId, resource]) => `${stack.name}: ${logicalId} is ${resource.Type}`),
  ]);
  if (refused.length > 0)
    throw new Error(
      `The laptop cloud does not have these resource types, so it does not boot this app:\n  ${refused.join('\n  ')}\n` +
        'Leave them out of what is synthesized for the laptop, or teach lib/local/assembly/resource-types.ts.',
    );
}

interface StackScope extends Scope {
  resources: Map<string, Resource>;
  outputs(): Record<string, Value>;
}

/** @param all every stack of the assembly, for what one imports from another; filled while it is read */
function stackScope(stack: Stack, all: StackScope[]): StackScope {
  const { template } = stack;
  const scope: StackScope = {
    stack,
    resources: new Map(),
    resource: (logicalId) => scope.resources.get(logicalId),
    importValue(name) {
      for (const other of all)
        for (const output of Object.values(other.stack.template.Outputs ?? {}))
          if (output.Export !== undefined && resolve(output.Export.Name, other) === name)
            return resolve(output.Value, other);
      throw new Error(`Stack ${stack.name} imports ${name}, which no stack of the assembly exports.`);
    },
    stackOutput(stackName, region, output) {
      const other = all.find(
        (candidate) =>
          candidate.stack.name === stackName && (region === undefined || candidate.stack.region === region),
      );
      const found = other?.stack.template.Outputs?.[output];
      if (other === undefined || found === undefined)
        throw new Error(
          `Stack ${stack.name} reads output ${output} of stack ${stackName}, which the assembly does not hold.`,
        );
      return resolve(found.Value, other);
    },
    outputs() {
      const present = Object.entries(template.Outputs ?? {}).filter(
        ([, output]) => output.Condition === undefined || scope.condition(output.Condition),
      );
      return Object.fromEntries(
        present.map(([name, output]) => [name, resolve(output.Value, scope) ?? null]),
      );
    },
    condition(name) {
      const expression = template.Conditions?.[name];
      if (expression === undefined) throw new Error(`Stack ${stack.name} has no condition ${name}.`);
      return resolve(expression, scope) === true;
    },
  };
  for (const [logicalId, declared] of Object.entries(template.Resources ?? {}))
    if (declared.Condition === undefined || scope.condition(declared.Condition))
      scope.resources.set(logicalId, resource(scope, logicalId, declared));
  return scope;
}

/** Names, attributes and properties are resolved when they are first asked for: resources refer to one another. */
function resource(scope: Scope, logicalId: string, declared: TemplateResource): Resource {
  const type = resourceTypes[declared.Type]!;
  let name: string | undefined;
  let properties: Values | undefined;
  const self: Resource = {
    stack: scope.stack,
    logicalId,
    type: declared.Type,
    get name() {
      const given = type.named === undefined ? undefined : self.property(type.named);
      name ??= given === undefined ? generatedName(self, type) : String(given);
      return name;
    },
    get ref() {
      return type.ref?.(self) ?? self.name;
    },
    get properties() {
      properties ??= (resolve(declared.Properties ?? {}, scope) ?? {}) as Values;
      return properties;
    },
    property(property) {
      const value = declared.Properties?.[property];
      return value === undefined ? undefined : resolve(value, scope);
    },
    attribute(attribute) {
      const known = type.attributes?.[attribute];
      if (known === undefined)
        throw new Error(
          `Stack ${scope.stack.name} asks for ${logicalId}.${attribute}: the laptop cloud knows ${Object.keys(type.attributes ?? {}).join(', ') || 'no attribute'} of ${declared.Type}.`,
        );
      return known(self);
    },
  };
  return self;
}
