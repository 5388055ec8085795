import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';
import type { Environment, FunctionName } from '../service/contracts/environment.ts';
import { acknowledgeWildcards, allow, type Grant } from './grant.ts';

export interface ProductFunctionProps<N extends FunctionName> {
  code: Code;
  description: string;
  /** Exactly the names that the handler parses: one that is missing or too many does not compile. */
  environment: Record<keyof Environment<N>, string>;
  /** MB. 1,769 MB is one vCPU; less memory is less CPU. */
  memorySize: number;
  timeout: Duration;
  grants: Grant[];
  retention: Configuration['retention'];
}

/** One function of the product, with a role, a log group and traces of its own. */
export class ProductFunction<N extends FunctionName> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: N, props: ProductFunctionProps<N>) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.retention.logDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    allow(
      this.role,
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
        because: 'The log streams of its own log group: Lambda names them.',
      },
      ...props.grants,
    );
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      // A fifth cheaper than x86_64 for the same work.
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      environment: props.environment,
      memorySize: props.memorySize,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
    });
    acknowledgeWildcards(this.role, ['*'], 'X-Ray takes segments for no resource in particular.');
  }
}
