import type { Stack, Value, Values } from './load.ts';
import type { Resource } from './resource-types.ts';

/** What the intrinsic functions of one stack may refer to. */
export interface Scope {
  stack: Stack;
  resource(logicalId: string): Resource | undefined;
  condition(name: string): boolean;
  importValue(name: string): Value | undefined;
  stackOutput(stackName: string, region: string | undefined, output: string): Value | undefined;
}

/**
 * Resolves the intrinsic functions in a template's value, as CloudFormation does.
 *
 * @returns undefined for `AWS::NoValue`; such members vanish from their object or list
 * @throws on a function, reference or attribute that the laptop cloud does not know, naming it
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: Value, scope: Scope): Value | undefined {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  const [key] = keys;
  if (
    keys.length === 1 &&
    key !== undefined &&
    (key === 'Ref' || key === 'Condition' || key.startsWith('Fn::'))
  ) {
    const intrinsic = Object.hasOwn(intrinsics, key) ? intrinsics[key] : undefined;
    if (intrinsic !== undefined) return intrinsic(value[key]!, scope);
    // "Condition" is also an ordinary key (in IAM policies), "Fn::…" never is.
    if (key.startsWith('Fn::'))
      throw new Error(
        `Stack ${scope.stack.name} uses ${key}, which the laptop cloud does not resolve (it knows ${Object.keys(intrinsics).join(', ')}).`,
      );
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, resolve(member, scope)] as const)
      .filter((entry): entry is readonly [string, Value] => entry[1] !== undefined),
  );
}

type Intrinsic = (argument: Value, scope: Scope) => Value | undefined;

const intrinsics: Record<string, Intrinsic> = {
  Ref: (argument, scope) => reference(String(argument), scope),
  Condition: (argument, scope) =>
    typeof argument === 'string'
      ? scope.condition(argument)
      : { Condition: resolve(argument, scope) ?? null },
  'Fn::GetAtt'(argument, scope) {
    const path = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    return attribute(path[0]!, path.slice(1).join('.'), scope);
  },
  'Fn::Sub'(argument, scope) {
    const [text, variables] = Array.isArray(argument)
      ? [String(argument[0]), argument[1] as Values]
      : [String(argument), {}];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return String(resolve(variables[name]!, scope));
      const [first, ...rest] = name.split('.');
      return String(rest.length > 0 ? attribute(first!, rest.join('.'), scope) : reference(name, scope));
    });
  },
  'Fn::Join'(argument, scope) {
    const [delimiter, parts] = resolve(argument, scope) as [string, Value[]];
    return parts.map(String).join(delimiter);
  },
  'Fn::Select'(argument, scope) {
    const [index, list] = resolve(argument, scope) as [string | number, Value[]];
    const selected = list[Number(index)];
    if (selected === undefined)
      throw new Error(`Stack ${scope.stack.name}: Fn::Select ${index} of a list of ${list.length}.`);
    return selected;
  },
  'Fn::Split'(argument, scope) {
    const [delimiter, text] = resolve(argument, scope) as [string, string];
    return text.split(delimiter);
  },
  'Fn::If'(argument, scope) {
    const [condition, yes, no] = argument as [string, Value, Value];
    return resolve(scope.condition(condition) ? yes : no, scope);
  },
  'Fn::Equals'(argument, scope) {
    const [left, right] = resolve(argument, scope) as [Value, Value];
    return String(left) === String(right);
  },
  'Fn::And': (argument, scope) => (resolve(argument, scope) as Value[]).every((item) => item === true),
  'Fn::Or': (argument, scope) => (resolve(argument, scope) as Value[]).some((item) => item === true),
  'Fn::Not': (argument, scope) => (resolve(argument, scope) as Value[])[0] !== true,
  'Fn::FindInMap'(argument, scope) {
    const [map, first, second] = resolve(argument, scope) as [string, string, string];
    const found = scope.stack.template.Mappings?.[map]?.[first]?.[second];
    if (found === undefined)
      throw new Error(`Stack ${scope.stack.name}: the mapping ${map} has no ${first}.${second}.`);
    return found;
  },
  'Fn::Base64': (argument, scope) => Buffer.from(String(resolve(argument, scope))).toString('base64'),
  'Fn::ImportValue': (argument, scope) => scope.importValue(String(resolve(argument, scope))),
  'Fn::GetStackOutput'(argument, scope) {
    const { StackName, Region, OutputName } = resolve(argument, scope) as Values;
    return scope.stackOutput(
      String(StackName),
      Region === undefined ? undefined : String(Region),
      String(OutputName),
    );
  },
};

const pseudoParameters: Record<string, (stack: Stack) => string | undefined> = {
  'AWS::AccountId': ({ account }) => account,
  'AWS::Region': ({ region }) => region,
  'AWS::Partition': () => 'aws',
  'AWS::URLSuffix': () => 'amazonaws.com',
  'AWS::StackName': ({ name }) => name,
  'AWS::StackId': ({ name, region, account }) =>
    `arn:aws:cloudformation:${region}:${account}:stack/${name}/laptop`,
  'AWS::NoValue': () => undefined,
};

function reference(name: string, scope: Scope): Value | undefined {
  const pseudo = pseudoParameters[name];
  if (pseudo !== undefined) return pseudo(scope.stack);
  const parameter = scope.stack.template.Parameters?.[name];
  if (parameter !== undefined) {
    if (parameter.Default === undefined)
      throw new Error(
        `Stack ${scope.stack.name} has a parameter ${name} without a default: the laptop cloud asks nobody, so give it one.`,
      );
    return parameter.Default;
  }
  return existing(name, scope).ref;
}

const attribute = (logicalId: string, name: string, scope: Scope): string =>
  existing(logicalId, scope).attribute(name);

function existing(logicalId: string, scope: Scope): Resource {
  const resource = scope.resource(logicalId);
  if (resource === undefined)
    throw new Error(`Stack ${scope.stack.name} refers to ${logicalId}, which it does not contain.`);
  return resource;
}
