import type { TableDefinition } from '../dynamodb/index.ts';
import { refuseTwins } from './buckets.ts';
import type { DeployedStack } from './deployment.ts';

/** Reads the tables of all stacks. @throws on a stream, which nobody would feed, and on a name that comes twice */
export function readTables(stacks: DeployedStack[]): TableDefinition[] {
  const tables = stacks
    .flatMap((stack) => stack.resources)
    .filter(({ type }) => type === 'AWS::DynamoDB::Table' || type === 'AWS::DynamoDB::GlobalTable');
  refuseTwins(tables);
  return tables.map((table) => {
    const { properties, stack, logicalId } = table;
    const replicas = (properties.Replicas ?? []) as unknown[];
    // A global table of one replica has a stream setting of its own accord; only more replicas need it.
    if (properties.StreamSpecification !== undefined && replicas.length !== 1)
      throw new Error(
        `Stack ${stack.name}: ${logicalId} (${table.type}) has a stream or several replicas: the laptop cloud does not have that.`,
      );
    return { ...properties, TableName: table.name } as unknown as TableDefinition;
  });
}
