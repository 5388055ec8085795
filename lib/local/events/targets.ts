import type { Value, Values } from '../assembly/load.ts';
import type { Resource } from '../assembly/resource-types.ts';
import { type Executions, StatesApiError } from '../executions/executions.ts';
import type { LocalFunction } from '../functions/function.ts';
import type { Clock } from '../states/index.ts';
import { DeliveryFailure, type Target } from './deliveries.ts';
import type { Queues } from './queues.ts';

/** What a rule or schedule may reach. */
export interface Reach {
  findFunction(arn: string): LocalFunction | undefined;
  executions: Executions;
  queues: Queues;
  clock: Clock;
  /** How a function treats events that nobody waits for: its AWS::Lambda::EventInvokeConfig. */
  invokeConfig(functionArn: string): Values;
  /** The function's own dead-letter queue. */
  functionDeadLetterQueue(functionArn: string): string | undefined;
}

/** Bytes of an event that a function is invoked with asynchronously. */
const asyncLimit = 1024 * 1024;

/** What EventBridge and Scheduler do when a target says nothing. */
const defaultRetries = 185;
const dayInSeconds = 86_400;

/**
 * Makes a target of the properties that rules and schedules share (Arn, RetryPolicy, DeadLetterConfig).
 *
 * Handing an event to a function always succeeds: the function's own retries, delays and dead-letter queue hold from
 * there, as on AWS, so a rule's dead-letter queue does not see the errors of a function.
 *
 * @throws when the target is of a kind that the laptop cloud does not have
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function readTarget(owner: Resource, id: string, properties: Values, reach: Reach): Target {
  const arn = String(properties.Arn);
  const policy = (properties.RetryPolicy ?? {}) as Values;
  const ownQueue = arnOf(properties.DeadLetterConfig, 'Arn');
  const retry = {
    id,
    retries: Number(policy.MaximumRetryAttempts ?? defaultRetries),
    maximumAge: Number(policy.MaximumEventAgeInSeconds ?? dayInSeconds),
    delay: (attempt: number) => Math.min(1000 * 2 ** (attempt - 1), 60_000),
    deadLetterQueue: () => ownQueue,
  };
  const target = reach.findFunction(arn);
  if (target !== undefined) return functionTarget(target, retry, reach);
  if (reach.executions.machines().some((machine) => machine.arn === arn))
    return {
      ...retry,
      attempt: async ({ id: name, payload }) => start(reach.executions, arn, payload, name),
    };
  if (reach.queues.has(arn))
    return {
      ...retry,
      attempt: async ({ payload }) => reach.queues.send(arn, payload, {}, reach.clock.now()),
    };
  throw new Error(
    `Stack ${owner.stack.name}: ${owner.logicalId} has the target ${arn}: the laptop cloud delivers to functions, state machines and queues of its own stacks.`,
  );
}

/** The delivery's id names the execution, so a delivery that a crash repeats finds the first one. */
function start(executions: Executions, arn: string, payload: string, name: string): { executionArn: string } {
  try {
    return { executionArn: executions.start(arn, payload, name).arn };
  } catch (error) {
    if (!(error instanceof StatesApiError)) throw error;
    if (error.name === 'ExecutionAlreadyExists')
      return { executionArn: `${arn.replace(':stateMachine:', ':execution:')}:${name}` };
    throw new DeliveryFailure(error.name, error.message, { final: true });
  }
}

function functionTarget(target: LocalFunction, owner: Omit<Target, 'attempt'>, reach: Reach): Target {
  const { arn } = target.definition;
  const config = reach.invokeConfig(arn);
  const onFailure = arnOf((config.DestinationConfig as Values | undefined)?.OnFailure, 'Destination');
  const letterBox = onFailure ?? reach.functionDeadLetterQueue(arn);
  return {
    id: owner.id,
    retries: Number(config.MaximumRetryAttempts ?? 2),
    maximumAge: Number(config.MaximumEventAgeInSeconds ?? 21_600),
    // A minute before the first retry, two before the second.
    delay: (attempt) => attempt * 60_000,
    deadLetterQueue: (failure) => (failure.final ? owner.deadLetterQueue(failure) : letterBox),
    async attempt({ id, payload, attempt }) {
      if (Buffer.byteLength(payload) > asyncLimit)
        throw new DeliveryFailure(
          'RequestEntityTooLargeException',
          `${Buffer.byteLength(payload)} bytes exceeded the ${asyncLimit} of an asynchronous invocation`,
          { final: true },
        );
      const answer = await target.invoke(JSON.parse(payload));
      if (!('error' in answer)) return { payload: answer.payload };
      const { errorType, errorMessage } = answer.error;
      const record = {
        version: '1.0',
        timestamp: new Date(reach.clock.now()).toISOString(),
        requestContext: {
          requestId: id,
          functionArn: `${arn}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: attempt,
        },
        requestPayload: JSON.parse(payload),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: answer.error,
      };
      throw new DeliveryFailure(
        errorType,
        errorMessage,
        onFailure === undefined ? {} : { letter: JSON.stringify(record) },
      );
    },
  };
}

const arnOf = (config: Value | undefined, member: string): string | undefined => {
  const arn = (config as Values | undefined)?.[member];
  return arn === undefined ? undefined : String(arn);
};
