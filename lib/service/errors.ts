/** What was wrong with a request, part by part. */
export interface Complaint {
  /** The part: a query parameter, a path of the body, a header. */
  at: string;
  got?: string;
  expected: string;
}

/** The caller's mistake: says what was got, what was expected, and where. */
export class InvalidRequest extends Error {
  override name = 'InvalidRequest';
  errors: Complaint[];
  constructor(message: string, errors: Complaint[] = []) {
    super(message);
    this.errors = errors;
  }
}

/** What was asked for is not there. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** What was asked for was there once. */
export class Gone extends Error {
  override name = 'Gone';
}

/** The series is recorded with another step or kind than the observations have. */
export class SettingsConflict extends Error {
  override name = 'SettingsConflict';
}

/** Somebody else's change came first. */
export class VersionConflict extends Error {
  override name = 'VersionConflict';
  /** The version that there is now; undefined when there is nothing any more. */
  version: string | undefined;
  /** What there is now, where it is small enough to be told. */
  current: unknown;
  constructor(message: string, version?: string, current?: unknown) {
    super(message);
    this.version = version;
    this.current = current;
  }
}

/** The infrastructure did not answer, after the client's own retries: worth trying again later. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** The store that a history comes from refused, or answered what cannot be read. */
export class HistorySourceFailed extends Error {
  override name = 'HistorySourceFailed';
}

/** What a person can read of anything thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
