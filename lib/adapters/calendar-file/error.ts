/** A file of events that cannot be read: says what is wrong where, without the file's name. */
export class CalendarFileError extends Error {
  override name = 'CalendarFileError';
}
