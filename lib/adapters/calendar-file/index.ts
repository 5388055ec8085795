export { readEventsCsv, writeEventsCsv } from './csv.ts';
export { CalendarFileError } from './error.ts';
export { readICalendar, usualReach, writeICalendar } from './icalendar.ts';
