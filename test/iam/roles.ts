import type { DeployedStack } from '../../lib/local/assembly/deployment.ts';
import type { Right } from './engine.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}
const list = <T>(value: T | T[]) => (Array.isArray(value) ? value : [value]);

/** Each function of a stack, by name: what its role's synthesized policies allow, one action on one resource a line. */
export function functionRights({ resources }: DeployedStack): Map<string, Right[]> {
  const policies = resources.filter(({ type }) => type === 'AWS::IAM::Policy');
  return new Map(
    resources
      .filter(({ type, properties }) => type === 'AWS::Lambda::Function' && properties.Environment)
      .map(({ name, properties }) => {
        const role = String(properties.Role).split('/').at(-1);
        const statements = policies
          .filter((policy) => list(policy.properties.Roles as string[]).includes(role!))
          .flatMap(
            ({ properties: { PolicyDocument } }) =>
              (PolicyDocument as unknown as { Statement: Statement[] }).Statement,
          );
        const rights = statements.flatMap(({ Effect, Action, Resource }) => {
          if (Effect !== 'Allow')
            throw new Error(`${name} has a statement that denies: this suite cannot drop it`);
          return list(Action).flatMap((action) => list(Resource).map((resource) => ({ action, resource })));
        });
        return [name, rights];
      }),
  );
}

/**
 * What Lambda itself does with a function's role (Lambda's guide: "Permissions for Lambda functions to send logs",
 * "Sending trace data to X-Ray", "Asynchronous invocation destinations"): no request of the handler shows it.
 */
export function lambdasOwnCalls(stack: DeployedStack, functionName: string): Right[] {
  const find = (type: string, test: (properties: Record<string, unknown>) => boolean) =>
    stack.resources.find((resource) => resource.type === type && test(resource.properties))?.properties;
  const { LoggingConfig } = stack.resources.find(({ name }) => name === functionName)!.properties;
  const { LogGroup } = LoggingConfig as { LogGroup: string };
  const stream = `arn:aws:logs:${stack.region}:${stack.account}:log-group:${LogGroup}:log-stream:2026/11/24/[$LATEST]0`;
  const invoked = find('AWS::Lambda::EventInvokeConfig', (each) => each.FunctionName === functionName);
  const { OnFailure } = (invoked?.DestinationConfig ?? {}) as { OnFailure?: { Destination: string } };
  return [
    { action: 'logs:CreateLogStream', resource: stream },
    { action: 'logs:PutLogEvents', resource: stream },
    { action: 'xray:PutTraceSegments', resource: '*' },
    { action: 'xray:PutTelemetryRecords', resource: '*' },
    ...(OnFailure === undefined ? [] : [{ action: 'sqs:SendMessage', resource: OnFailure.Destination }]),
  ];
}
