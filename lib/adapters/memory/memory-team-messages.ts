import type { TeamMessage } from '../../service/contracts/notices.ts';
import type { TeamMessages } from '../../service/ports.ts';

/** Messages in memory, for tests. */
export class MemoryTeamMessages implements TeamMessages {
  readonly sent: TeamMessage[] = [];

  async send(message: TeamMessage): Promise<void> {
    this.sent.push(structuredClone(message));
  }
}
