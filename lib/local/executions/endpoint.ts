import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventEntry } from '../events/rules.ts';
import { type Executions, StatesApiError } from './executions.ts';
import type { Execution } from './store.ts';

type Request = Record<string, unknown>;

const seconds = (milliseconds: number | null) => (milliseconds === null ? undefined : milliseconds / 1000);

const summary = (execution: Execution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine,
  name: execution.name,
  status: execution.status,
  startDate: seconds(execution.started),
  stopDate: seconds(execution.stopped),
  redriveCount: 0,
});

function required(request: Request, member: string): string {
  const value = request[member];
  if (typeof value !== 'string' || value === '')
    throw new StatesApiError('ValidationException', `${member} must be a string of at least one character`);
  return value;
}

const optional = (request: Request, member: string): string | undefined =>
  request[member] === undefined ? undefined : required(request, member);

const operations: Record<string, (executions: Executions, request: Request) => unknown> = {
  StartExecution(executions, request) {
    const { arn, started } = executions.start(
      required(request, 'stateMachineArn'),
      optional(request, 'input'),
      optional(request, 'name'),
    );
    return { executionArn: arn, startDate: seconds(started) };
  },
  DescribeExecution(executions, request) {
    const execution = executions.get(required(request, 'executionArn'));
    return {
      ...summary(execution),
      input: execution.input,
      inputDetails: { included: true },
      output: execution.output ?? undefined,
      outputDetails: execution.output === null ? undefined : { included: true },
      error: execution.error ?? undefined,
      cause: execution.cause ?? undefined,
      redriveStatus: 'NOT_REDRIVABLE',
    };
  },
  ListExecutions(executions, request) {
    const most = Number(request.maxResults ?? 0) || 1000;
    const offset = Number(optional(request, 'nextToken') ?? 0);
    const machine = required(request, 'stateMachineArn');
    const found = executions.list(machine, optional(request, 'statusFilter'), offset, most + 1);
    return {
      executions: found.slice(0, most).map(summary),
      nextToken: found.length > most ? String(offset + most) : undefined,
    };
  },
  async StopExecution(executions, request) {
    const { stopped } = await executions.stop(
      required(request, 'executionArn'),
      optional(request, 'error') ?? null,
      optional(request, 'cause') ?? null,
    );
    return { stopDate: seconds(stopped) };
  },
  DescribeStateMachine(executions, request) {
    const { arn, name, roleArn, definition } = executions.machine(required(request, 'stateMachineArn'));
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      definition: typeof definition === 'string' ? definition : JSON.stringify(definition),
      roleArn,
      type: 'STANDARD',
      creationDate: 0,
    };
  },
  ListStateMachines: (executions) => ({
    stateMachines: executions
      .machines()
      .map(({ arn, name }) => ({ stateMachineArn: arn, name, type: 'STANDARD', creationDate: 0 })),
  }),
};

/**
 * The Step Functions API, as far as the SDK's client needs it (JSON 1.0), and EventBridge's PutEvents. It also answers for every other AWS
 * service (clients that have no endpoint of their own come here): with an error that says so, never with silence.
 */
export function statesEndpoint(
  executions: Executions,
  putEvents: (entries: readonly EventEntry[], region: string) => string[],
) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    };
    const target = String(request.headers['x-amz-target'] ?? '');
    const [service, name = ''] = target.split('.');
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    try {
      const text = await readBody(request);
      if (target === 'AWSEvents.PutEvents') {
        const region =
          /Credential=[^/]+\/\d+\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
        const { Entries = [] } = JSON.parse(text) as { Entries?: EventEntry[] };
        const ids = putEvents(Entries, region);
        return reply(200, { FailedEntryCount: 0, Entries: ids.map((EventId) => ({ EventId })) });
      }
      if (service !== 'AWSStepFunctions' || operation === undefined)
        throw new StatesApiError(
          'UnsupportedOperation',
          `The laptop cloud has no ${target || `${request.method} ${request.url}`}: of Step Functions it knows ${Object.keys(operations).join(', ')}; of EventBridge PutEvents; S3 and DynamoDB have endpoints of their own.`,
        );
      reply(200, await operation(executions, JSON.parse(text) as Request));
    } catch (error) {
      if (error instanceof StatesApiError)
        reply(400, { __type: `com.amazonaws.swf.service.v2.model#${error.name}`, message: error.message });
      else if (error instanceof SyntaxError)
        reply(400, { __type: 'com.amazon.coral.service#SerializationException', message: error.message });
      else reply(500, { __type: 'com.amazon.coral.service#InternalFailure', message: String(error) });
    }
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
