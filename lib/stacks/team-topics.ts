import { Validations } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Configuration, RegionConfiguration } from '../service/contracts/configuration.ts';
import { messageType } from '../service/contracts/notices.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** Source of the events that an installation puts on the default bus. */
export const eventSourceOf = ({ name }: Pick<Configuration, 'name'>) => `cloudtune.${name}`;

/** A topic for each configured team, and a rule that hands it what the team is told. */
export class TeamTopics extends Construct {
  /** Of messages that no topic took. */
  readonly deadLetters: DeadLetterQueue;

  constructor(
    scope: Construct,
    id: string,
    { region, configuration }: { region: RegionConfiguration; configuration: Configuration },
  ) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    for (const team of configuration.teams) {
      const topic = new Topic(this, `Topic-${team}`, {
        // Of a team's name, SNS takes no full stop.
        topicName: `${configuration.name}-${region.id}-${team}`.replaceAll('.', '_'),
        displayName: `CloudTune: ${team} in ${region.id}`,
        enforceSSL: true,
      });
      Validations.of(topic).acknowledge({
        id: 'AwsSolutions-SNS2',
        reason:
          'EventBridge cannot publish under the AWS managed key. Messages hold events and peaks, as the calendar and the API do; they travel by TLS alone.',
      });
      new Rule(this, `Rule-${team}`, {
        description: `What ${team} in ${region.id} is told goes to its topic`,
        eventPattern: {
          source: [eventSourceOf(configuration)],
          detailType: [messageType],
          detail: { team: [team], region: [region.id] },
        },
        targets: [
          new SnsTopic(topic, {
            message: RuleTargetInput.fromEventPath('$.detail'),
            deadLetterQueue: this.deadLetters,
          }),
        ],
      });
    }
  }
}
