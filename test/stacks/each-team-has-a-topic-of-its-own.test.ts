import { describe, expect, it } from 'vitest';
import { messageType } from '../../lib/service/contracts/notices.ts';
import { ofType, paris, synthesize, templateOf } from './assembly.ts';

const template = templateOf('cloudtune-fr', synthesize({ regions: [paris], teams: ['check.out', 'search'] }));
const rules = ofType(template, 'AWS::Events::Rule')
  .map(([, { Properties }]) => Properties)
  .filter(({ EventPattern }) => EventPattern.source[0] === 'cloudtune.cloudtune');

describe('each configured team', () => {
  it('has a topic that takes nothing but TLS', () => {
    const topics = ofType(template, 'AWS::SNS::Topic');
    expect(topics.map(([, { Properties }]) => Properties.TopicName)).toEqual([
      'cloudtune-fr-check_out',
      'cloudtune-fr-search',
    ]);
    const policies = ofType(template, 'AWS::SNS::TopicPolicy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement,
    );
    const denied = policies.filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toHaveLength(2);
    for (const { Condition } of denied)
      expect(Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });

  it('gets there what it is told in this region, and a queue keeps what cannot be delivered', () => {
    expect(rules.map(({ EventPattern }) => EventPattern.detail)).toEqual([
      { team: ['check.out'], region: ['fr'] },
      { team: ['search'], region: ['fr'] },
    ]);
    for (const { EventPattern, Targets } of rules) {
      expect(EventPattern['detail-type']).toEqual([messageType]);
      expect(Targets).toHaveLength(1);
      expect(Targets[0]).toMatchObject({
        InputPath: '$.detail',
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/TeamTopicsDeadLetters/), 'Arn'] } },
      });
    }
  });
});
