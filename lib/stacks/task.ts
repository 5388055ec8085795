import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { FunctionName } from '../service/contracts/environment.ts';
import type { ProductFunction } from './product-function.ts';

/** Lambda itself is unwell, or busy: it passes, so many attempts. Jitter keeps a thousand children out of step. */
const busy: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(1),
  maxAttempts: 8,
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  jitterStrategy: JitterType.FULL,
};

/** The function said no, or nothing at all: perhaps storage hiccuped, but four times in a row is no hiccup. */
const failed: RetryProps = {
  errors: [Errors.TASKS_FAILED, Errors.TIMEOUT],
  interval: Duration.seconds(2),
  maxAttempts: 3,
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};

export interface TaskProps<N extends FunctionName> {
  function: ProductFunction<N>;
  /** JSONata, or an object whose strings may be JSONata. */
  payload: unknown;
  /** JSONata; default: the function's answer. */
  outputs?: unknown;
  assign?: Record<string, unknown>;
}

/** A state that calls one function: with a timeout a little above the function's own, and both retries. */
export function task<N extends FunctionName>(scope: Construct, id: string, props: TaskProps<N>) {
  const { timeout = Duration.seconds(3) } = props.function.lambda;
  const state = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: props.function.lambda,
    payload:
      typeof props.payload === 'string'
        ? TaskInput.fromText(props.payload)
        : TaskInput.fromObject(props.payload as Record<string, unknown>),
    outputs: props.outputs ?? '{% $states.result.Payload %}',
    assign: props.assign,
    // Above the function's own, so that its timeout is reported and not the state's.
    taskTimeout: Timeout.duration(timeout.plus(Duration.seconds(15))),
    // Its defaults know neither jitter nor throttling.
    retryOnServiceExceptions: false,
  });
  state.addRetry(busy);
  state.addRetry(failed);
  return state;
}
