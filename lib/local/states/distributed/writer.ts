import { interruptible } from '../clock.ts';
import type { ResultWriter } from '../definition.ts';
import { asFailure } from '../integrations.ts';
import type { Template } from '../template.ts';
import type { Visit } from '../visit.ts';
import type { ChildRecord, MapRun } from './map-run.ts';

const files = ['FAILED', 'PENDING', 'SUCCEEDED'] as const;

/** A child's metadata, input and output as the result files have them (input and output are JSON texts). */
function describe(child: ChildRecord): Record<string, unknown> {
  const { result, startDate, stopDate } = child;
  const status = result?.status ?? 'PENDING';
  const failed = result?.status === 'FAILED' ? result : undefined;
  return {
    ...(failed?.cause !== undefined && { Cause: failed.cause }),
    ...(failed?.error !== undefined && { Error: failed.error }),
    ExecutionArn: child.executionArn,
    Input: JSON.stringify(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(result?.status === 'SUCCEEDED' && {
      Output: JSON.stringify(result.output),
      OutputDetails: { Included: true },
    }),
    ...(result && { RedriveCount: 0, ...redrive(child, result.status) }),
    ...(startDate && { StartDate: startDate }),
    StateMachineArn: child.stateMachineArn,
    Status: status,
    ...(stopDate && { StopDate: stopDate }),
  };
}

function redrive(child: ChildRecord, status: string): Record<string, string> {
  if (status === 'SUCCEEDED')
    return {
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    };
  return child.executionType === 'STANDARD' ? { RedriveStatus: 'REDRIVABLE_BY_MAP_RUN' } : {};
}

/**
 * Children as the Transformation wants them: NONE with their metadata, COMPACT their outputs, FLATTEN their outputs
 * with arrays flattened by one level. Children that did not succeed are told of with their metadata in all three.
 */
export function format(
  children: readonly ChildRecord[],
  transformation: ResultWriter['transformation'],
): unknown[] {
  const values = children.map((child) =>
    transformation === 'NONE' || child.result?.status !== 'SUCCEEDED' ? describe(child) : child.result.output,
  );
  return transformation === 'FLATTEN' ? values.flat(1) : values;
}

function serialize(values: unknown[], outputType: ResultWriter['outputType']): Uint8Array {
  const text =
    outputType === 'JSON' ? JSON.stringify(values) : values.map((v) => `${JSON.stringify(v)}\n`).join('');
  return Buffer.from(text);
}

async function destination(template: Template, visit: Visit): Promise<{ bucket: string; prefix: string }> {
  const args = await visit.evaluate(template);
  const { Bucket: bucket, Prefix: prefix = '', ...rest } = (args ?? {}) as Record<string, unknown>;
  if (typeof bucket !== 'string' || typeof prefix !== 'string' || Object.keys(rest).length > 0)
    throw visit.unexpected(
      'ResultWriter/Arguments',
      'object with strings Bucket and Prefix, nothing else',
      args,
    );
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/**
 * Writes SUCCEEDED_0.json, FAILED_0.json and PENDING_0.json (each if there is such a child) and, last, manifest.json
 * under `Prefix/<id of the Map Run>/`; answers with the state's result.
 * @throws TaskFailure States.ResultWriterFailed
 */
export async function writeResults(
  writer: ResultWriter,
  template: Template,
  run: MapRun,
  visit: Visit,
): Promise<Record<string, unknown>> {
  const { bucket, prefix } = await destination(template, visit);
  const { signal, surroundings } = visit.frame;
  const put = (key: string, body: Uint8Array) =>
    interruptible(surroundings.integrations.putObject(bucket, key, body), signal);
  const folder = `${prefix}${run.id}`;
  const fileOf = ({ result }: ChildRecord) => {
    if (result === undefined) return 'PENDING';
    return result.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
  };
  const resultFiles: Record<string, { Key: string; Size: number }[]> = {};
  const manifest = { DestinationBucket: bucket, MapRunArn: run.arn, ResultFiles: resultFiles };
  const manifestKey = `${folder}/manifest.json`;
  try {
    for (const file of files) {
      const children = run.records().filter((child) => fileOf(child) === file);
      resultFiles[file] = [];
      if (children.length === 0) continue;
      const body = serialize(format(children, writer.transformation), writer.outputType);
      const key = `${folder}/${file}_0.json`;
      await put(key, body);
      resultFiles[file].push({ Key: key, Size: body.byteLength });
    }
    await put(manifestKey, Buffer.from(JSON.stringify(manifest)));
  } catch (thrown) {
    signal.throwIfAborted();
    throw asFailure(thrown, 'States.ResultWriterFailed', `Cannot write to s3://${bucket}/${folder}`);
  }
  return { MapRunArn: run.arn, ResultWriterDetails: { Bucket: bucket, Key: manifestKey } };
}
