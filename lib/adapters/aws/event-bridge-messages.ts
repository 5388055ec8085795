import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { messageType, type TeamMessage } from '../../service/contracts/notices.ts';
import { Unavailable } from '../../service/errors.ts';
import type { TeamMessages } from '../../service/ports.ts';

/** Messages to teams as events on the default bus of EventBridge, from where rules hand them to each team's topic. */
export class EventBridgeMessages implements TeamMessages {
  private readonly client: EventBridgeClient;
  private readonly source: string;

  /** @param options source: of the events, that of the installation */
  constructor({ client, source }: { client: EventBridgeClient; source: string }) {
    this.client = client;
    this.source = source;
  }

  async send(message: TeamMessage): Promise<void> {
    const { FailedEntryCount, Entries } = await this.client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: this.source,
            DetailType: messageType,
            Detail: JSON.stringify(message),
            Time: new Date(message.time),
          },
        ],
      }),
    );
    const failed = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    // EventBridge answers 200 for what it could not take.
    if ((FailedEntryCount ?? 0) > 0)
      throw new Unavailable(`EventBridge took no event: ${failed?.ErrorCode}: ${failed?.ErrorMessage}`);
  }
}
