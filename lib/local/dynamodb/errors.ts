/** An answer that DynamoDB gives as `{ __type, message }`. */
export class DynamoDbError extends Error {
  readonly status: number;
  readonly code: string;
  /** Further members of the document (`Item`, `CancellationReasons`). */
  readonly detail: Record<string, unknown>;

  constructor(code: string, message: string, detail: Record<string, unknown> = {}, status = 400) {
    super(message);
    this.name = 'DynamoDbError';
    this.code = code;
    this.detail = detail;
    this.status = status;
  }

  document(): string {
    const coral = this.code === 'ValidationException' || this.code === 'SerializationException';
    const type = coral ? 'com.amazon.coral.validate' : 'com.amazonaws.dynamodb.v20120810';
    return JSON.stringify({ __type: `${type}#${this.code}`, message: this.message, ...this.detail });
  }
}

export const validation = (message: string) => new DynamoDbError('ValidationException', message);

export const invalidParameter = (why: string) =>
  validation(`One or more parameter values were invalid: ${why}`);

/** The laptop's DynamoDB names what it does not implement, so that nothing is ignored in silence. */
export const notImplemented = (what: string) =>
  validation(`${what} is not implemented by the laptop's DynamoDB endpoint`);

export const tableNotFound = (table: string) =>
  new DynamoDbError('ResourceNotFoundException', `Requested resource not found: Table: ${table} not found`);
