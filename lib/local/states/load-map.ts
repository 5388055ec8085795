import type { Distribution, ItemBatcher, ItemReader, ResultWriter } from './definition.ts';
import type { Place } from './place.ts';
import { type FlowReach, type MachineReach, reachOf } from './reach.ts';

const distributedFields = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Label',
];
export const mapFields = ['Items', 'ItemSelector', 'MaxConcurrency', 'ItemProcessor', ...distributedFields];

const delimiters = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

function loadReader(place: Place, flow: FlowReach): ItemReader {
  const reach = reachOf(flow);
  place.object(['Resource', 'Arguments', 'ReaderConfig']);
  const arn = place.at('Resource').string();
  const action = /^arn:aws[\w-]*:states:::s3:(getObject|listObjectsV2)$/.exec(arn)?.[1];
  if (action === undefined)
    place
      .at('Resource')
      .refuse(
        `the resource ${arn} is not implemented here; expected arn:aws:states:::s3:getObject or …:s3:listObjectsV2`,
      );
  const listing = action === 'listObjectsV2';
  const args = place.at('Arguments');
  if (!args.isExpression() && args.object(['Bucket', listing ? 'Prefix' : 'Key'])) {
    args.at('Bucket').string();
    if (!listing || args.at('Prefix').present) args.at(listing ? 'Prefix' : 'Key').string();
  }
  const config = place.at('ReaderConfig');
  const allowed = listing
    ? ['MaxItems']
    : ['InputType', 'CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter', 'MaxItems'];
  if (!listing || config.present) config.object(allowed);
  const inputType = listing ? undefined : config.at('InputType').oneOf(['JSON', 'JSONL', 'CSV'], 'JSON');
  return {
    action: listing ? 'listObjectsV2' : 'getObject',
    arguments: args.template('ItemReader/Arguments', reach),
    inputType,
    ...loadCsv(config, inputType === 'CSV'),
    maxItems: config.at('MaxItems').setting('ItemReader/ReaderConfig/MaxItems', reach, 0, 100_000_000),
  };
}

function loadCsv(config: Place, isCsv: boolean): Pick<ItemReader, 'csvHeaders' | 'csvDelimiter'> {
  const [location, headers, delimiter] = ['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter'].map((key) =>
    config.at(key),
  ) as [Place, Place, Place];
  if (!isCsv) {
    for (const place of [location, headers, delimiter])
      if (place.present) place.refuse('belongs to InputType CSV');
    return { csvHeaders: undefined, csvDelimiter: ',' };
  }
  const where = location.oneOf(['FIRST_ROW', 'GIVEN'], 'FIRST_ROW');
  if (where === 'FIRST_ROW' && headers.present) headers.refuse('belongs to CSVHeaderLocation GIVEN');
  const names = Object.keys(delimiters) as (keyof typeof delimiters)[];
  return {
    csvHeaders: where === 'GIVEN' ? headers.nonEmptyItems().map((item) => item.string()) : undefined,
    csvDelimiter: delimiters[delimiter.present ? delimiter.oneOf(names, 'COMMA') : 'COMMA'],
  };
}

function loadBatcher(place: Place, flow: FlowReach): ItemBatcher {
  const reach = reachOf(flow);
  place.object(['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput']);
  const [items, bytes] = [place.at('MaxItemsPerBatch'), place.at('MaxInputBytesPerBatch')];
  if (!items.present && !bytes.present) place.refuse('needs MaxItemsPerBatch or MaxInputBytesPerBatch');
  return {
    maxItems: items.setting('ItemBatcher/MaxItemsPerBatch', reach, 1, 100_000_000),
    maxInputBytes: bytes.setting('ItemBatcher/MaxInputBytesPerBatch', reach, 1, 262_144),
    batchInput: place.at('BatchInput').optional('ItemBatcher/BatchInput', reach),
  };
}

function loadWriter(place: Place, flow: FlowReach): ResultWriter {
  place.object(['Resource', 'Arguments', 'WriterConfig']);
  const [resource, args, config] = [place.at('Resource'), place.at('Arguments'), place.at('WriterConfig')];
  if (resource.present !== args.present) place.refuse('needs Resource and Arguments together');
  if (!resource.present && !config.present)
    place.refuse('must not be empty: needs Resource and Arguments, or WriterConfig');
  if (resource.present && !/^arn:aws[\w-]*:states:::s3:putObject$/.test(resource.string()))
    resource.refuse(
      `the resource ${resource.value} is not implemented here; expected arn:aws:states:::s3:putObject`,
    );
  if (args.present && !args.isExpression() && args.object(['Bucket', 'Prefix'])) {
    args.at('Bucket').string();
    if (args.at('Prefix').present) args.at('Prefix').string();
  }
  if (config.present) config.object(['Transformation', 'OutputType']);
  const [transformation, outputType] = [config.at('Transformation'), config.at('OutputType')];
  const writer: ResultWriter = {
    arguments: args.optional('ResultWriter/Arguments', reachOf(flow)),
    transformation: transformation.present
      ? transformation.oneOf(['NONE', 'COMPACT', 'FLATTEN'], 'NONE')
      : 'NONE',
    outputType: outputType.present ? outputType.oneOf(['JSON', 'JSONL'], 'JSON') : 'JSON',
  };
  if (writer.arguments === undefined && writer.outputType === 'JSONL')
    outputType.refuse('JSONL without Resource and Arguments is not implemented here');
  return writer;
}

function loadDistribution(name: string, place: Place, flow: FlowReach, machine: MachineReach): Distribution {
  const reach = reachOf(flow);
  const label = place.at('Label');
  const given = label.present ? label.string() : name.replace(/[^\w-]/g, '').slice(0, 40) || 'Map';
  if (label.present && !/^[^\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]{1,40}$/u.test(given))
    label.refuse(
      `${JSON.stringify(given)} is no label: 1 to 40 characters, no whitespace, brackets or special characters`,
    );
  if (machine.labels.has(given))
    label.refuse(`the label ${given} is taken: labels must be unique in the machine`);
  machine.labels.add(given);
  if (place.at('ItemReader').present && place.at('Items').present)
    place.refuse('has ItemReader and Items: keep one');
  const config = place.at('ItemProcessor').at('ProcessorConfig');
  return {
    executionType: config.at('ExecutionType').oneOf(['STANDARD', 'EXPRESS'], 'STANDARD'),
    label: given,
    reader: place.at('ItemReader').present ? loadReader(place.at('ItemReader'), flow) : undefined,
    batcher: place.at('ItemBatcher').present ? loadBatcher(place.at('ItemBatcher'), flow) : undefined,
    writer: place.at('ResultWriter').present ? loadWriter(place.at('ResultWriter'), flow) : undefined,
    toleratedFailureCount: place
      .at('ToleratedFailureCount')
      .setting('ToleratedFailureCount', reach, 0, 100_000_000),
    toleratedFailurePercentage: place
      .at('ToleratedFailurePercentage')
      .setting('ToleratedFailurePercentage', reach, 0, 100),
  };
}

/** Reads what a Map has of its own; the fields that it shares with other states are read by the caller. */
export function loadMap(name: string, place: Place, flow: FlowReach, machine: MachineReach) {
  const reach = reachOf(flow);
  const processor = place.at('ItemProcessor');
  processor.object(['ProcessorConfig', 'StartAt', 'States', 'Comment', 'QueryLanguage']);
  if (processor.at('QueryLanguage').present) processor.at('QueryLanguage').oneOf(['JSONata'], 'JSONata');
  const config = processor.at('ProcessorConfig');
  if (config.present) config.object(['Mode', 'ExecutionType']);
  const mode = config.at('Mode').present
    ? config.at('Mode').oneOf(['INLINE', 'DISTRIBUTED'], 'INLINE')
    : 'INLINE';
  const distributed = mode === 'DISTRIBUTED';
  if (!distributed) {
    for (const field of distributedFields)
      if (place.at(field).present)
        place.at(field).refuse(`${field} belongs to a Map in mode DISTRIBUTED, this one is INLINE`);
    if (config.at('ExecutionType').present) config.at('ExecutionType').refuse('belongs to mode DISTRIBUTED');
  }
  const items = place.at('Items');
  if (items.present && !items.isExpression() && !Array.isArray(items.value))
    items.refuse(
      'expected an array or an expression {% … %} (iterating over an object is not implemented here)',
    );
  const selector = place.at('ItemSelector');
  if (selector.present && !selector.isExpression()) selector.members();
  return {
    type: 'Map' as const,
    name,
    items: items.optional('Items', reach),
    itemSelector: selector.optional('ItemSelector', reach),
    maxConcurrency: place.at('MaxConcurrency').setting('MaxConcurrency', reach, 0, 100_000_000),
    processor: machine.loadFlow(processor, distributed ? new Set() : flow.variables, machine),
    distribution: distributed ? loadDistribution(name, place, flow, machine) : undefined,
  };
}
