import type { TableDefinition } from '../dynamodb/index.ts';
import { refuseTwins } from './buckets.ts';
import type { DeployedStack } from './deployment.ts';

/**
 * Reads the tables of all stacks. The replicas of a global table are one table here, whichever region asks: its stream is
 * theirs. @throws on a table's own stream, which nobody would feed, and on a name that comes twice
 */
export function readTables(stacks: DeployedStack[]): TableDefinition[] {
  const tables = stacks
    .flatMap((stack) => stack.resources)
    .filter(({ type }) => type === 'AWS::DynamoDB::Table' || type === 'AWS::DynamoDB::GlobalTable');
  refuseTwins(tables);
  return tables.map((table) => {
    const { properties, stack, logicalId, type } = table;
    if (properties.StreamSpecification !== undefined && type === 'AWS::DynamoDB::Table')
      throw new Error(
        `Stack ${stack.name}: ${logicalId} (${type}) has a stream: the laptop cloud does not have that.`,
      );
    return { ...properties, TableName: table.name } as unknown as TableDefinition;
  });
}
