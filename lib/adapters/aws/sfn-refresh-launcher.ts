import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RefreshLauncher } from '../../service/ports.ts';

/** Runs as executions of the state machine `Refresh`, under the run's id as their name. */
export class SfnRefreshLauncher implements RefreshLauncher {
  private readonly client: SFNClient;
  private readonly stateMachine: string;

  constructor({ client, stateMachine }: { client: SFNClient; stateMachine: string }) {
    this.client = client;
    this.stateMachine = stateMachine;
  }

  async start(runId: string, scheduledTime: string): Promise<{ executionId: string }> {
    try {
      const { executionArn } = await this.client.send(
        new StartExecutionCommand({
          stateMachineArn: this.stateMachine,
          name: runId,
          input: JSON.stringify({ scheduledTime }),
        }),
      );
      return { executionId: executionArn! };
    } catch (error) {
      // A name is given once in 90 days: the run was started before, and may be over.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      return { executionId: `${this.stateMachine.replace(':stateMachine:', ':execution:')}:${runId}` };
    }
  }

  async describe(executionId: string): Promise<{ status: string; cause?: string } | undefined> {
    try {
      const { status, cause } = await this.client.send(
        new DescribeExecutionCommand({ executionArn: executionId }),
      );
      return { status: status!, ...(cause !== undefined && { cause }) };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }
}
