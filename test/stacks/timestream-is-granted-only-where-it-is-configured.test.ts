import { describe, expect, it } from 'vitest';
import { newYork, ofType, paris, synthesize, templateOf } from './assembly.ts';

const stacks = synthesize({
  regions: [paris, { ...newYork, history: { kind: 'timestream', database: 'metrics', table: 'load' } }],
});

describe('Timestream is granted only where it is configured', () => {
  it('to the two functions that read it, on its one table', () => {
    const template = templateOf('cloudtune-us', stacks);
    const found = ofType(template, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
      (Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[]).flatMap(
        (one) =>
          [one.Action]
            .flat()
            .filter((action) => action.startsWith('timestream:'))
            .map((action) => [
              id.replace(/RoleDefaultPolicy.*/, ''),
              action,
              JSON.stringify(one.Resource).replace(/.*(:database[^"]*)".*/, '$1'),
            ]),
      ),
    );
    expect(found.sort()).toEqual([
      ['Functionsforecastbatch', 'timestream:DescribeEndpoints', '"*"'],
      ['Functionsforecastbatch', 'timestream:Select', ':database/metrics/table/load'],
      ['Functionsplanrun', 'timestream:DescribeEndpoints', '"*"'],
      ['Functionsplanrun', 'timestream:Select', ':database/metrics/table/load'],
    ]);
  });

  it('and in no other region; no table is created in any', () => {
    expect(JSON.stringify(templateOf('cloudtune-fr', stacks))).not.toContain('timestream:');
    for (const stack of stacks.values())
      expect(JSON.stringify(stack.template)).not.toContain('AWS::Timestream');
  });
});
