import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** A message in a queue. Nobody receives it on the laptop: queues keep dead letters for people to read. */
export interface QueueMessage {
  id: string;
  body: string;
  attributes: Record<string, string>;
  /** Milliseconds since 1970. */
  sent: number;
}

/** The SQS queues of all stacks, on disk, by their ARNs. */
export class Queues {
  readonly #database: DatabaseSync;
  readonly #arns: Set<string>;

  constructor(database: DatabaseSync, arns: string[]) {
    this.#database = database;
    this.#arns = new Set(arns);
  }

  has(arn: string): boolean {
    return this.#arns.has(arn);
  }

  /** @throws when there is no such queue */
  send(arn: string, body: string, attributes: Record<string, string>, sent: number): void {
    if (!this.has(arn)) throw new Error(`The laptop cloud has no queue ${arn}.`);
    this.#database
      .prepare('INSERT INTO messages (id, queue, body, attributes, sent) VALUES (?, ?, ?, ?, ?)')
      .run(randomUUID(), arn, body, JSON.stringify(attributes), sent);
  }

  /** The oldest first. */
  messages(arn: string): QueueMessage[] {
    return this.#database
      .prepare('SELECT * FROM messages WHERE queue = ? ORDER BY sent, rowid')
      .all(arn)
      .map((row) => ({
        id: String(row.id),
        body: String(row.body),
        attributes: JSON.parse(String(row.attributes)) as Record<string, string>,
        sent: Number(row.sent),
      }));
  }
}
