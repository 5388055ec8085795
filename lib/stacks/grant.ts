import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

export interface Grant {
  actions: string[];
  resources: string[];
  /** Why a resource ends in a wildcard. Without it cdk-nag refuses the wildcard. */
  because?: string;
}

/** Lets a role do exactly these actions on exactly these resources. */
export function allow(role: Role, ...grants: Grant[]) {
  for (const { actions, resources, because } of grants) {
    role.addToPolicy(new PolicyStatement({ actions, resources }));
    if (because !== undefined) acknowledgeWildcards(role, resources, because);
  }
}

/** Acknowledges cdk-nag's finding on each of these resources that has a wildcard, with its reason. */
export function acknowledgeWildcards(scope: IConstruct, resources: string[], reason: string) {
  const stack = Stack.of(scope);
  const wild = resources
    .map((resource) => flat(stack.resolve(resource)))
    .filter((name) => name.includes('*'));
  Validations.of(scope).acknowledge(
    ...wild.map((name) => ({ id: `AwsSolutions-IAM5[Resource::${name}]`, reason })),
  );
}

type Intrinsic =
  | string
  | { Ref: string }
  | { 'Fn::GetAtt': string[] }
  | { 'Fn::Join': [string, Intrinsic[]] };

/** A resource as cdk-nag names it in its findings: `<Bucket.Arn>/history/*`. */
function flat(value: Intrinsic): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  const [delimiter, parts] = value['Fn::Join'];
  return parts.map(flat).join(delimiter);
}
