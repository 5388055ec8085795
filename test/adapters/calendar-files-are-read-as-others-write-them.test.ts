import { describe, expect, it } from 'vitest';
import {
  CalendarFileError,
  readEventsCsv,
  readICalendar,
  writeEventsCsv,
  writeICalendar,
} from '../../lib/adapters/calendar-file/index.ts';
import { type CalendarEntry, calendarEntry } from '../../lib/service/contracts/calendar.ts';

const until = Date.UTC(2028, 0, 1);
const ics = (...lines: string[]) => [...lines, ''].join('\r\n');
const vevent = (...lines: string[]) =>
  ics('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR');

/** As Google Calendar exports: all-day dates, UTC times, a zone by its IANA name, folded lines, a recurrence with an exception. */
const google = ics(
  'BEGIN:VCALENDAR',
  'PRODID:-//Google Inc//Google Calendar 70.9054//EN',
  'VERSION:2.0',
  'CALSCALE:GREGORIAN',
  'METHOD:PUBLISH',
  'X-WR-CALNAME:Promotions',
  'X-WR-TIMEZONE:Europe/Paris',
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Paris',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20261127',
  'DTEND;VALUE=DATE:20261129',
  'DTSTAMP:20261101T101500Z',
  'UID:4a7s@google.com',
  'CREATED:20261001T080000Z',
  'DESCRIPTION:Zwei Tage\\, nicht einer.\\nMehr Lager.',
  'STATUS:CONFIRMED',
  'SUMMARY:Black Friday 2026',
  'TRANSP:TRANSPARENT',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART:20261201T090000Z',
  'DTEND:20261201T100000Z',
  'UID:b1@google.com',
  'STATUS:TENTATIVE',
  'SUMMARY:Drop of the very long name that Google folds over the line because i',
  ' t is longer than seventy-five octets',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;TZID=Europe/Paris:20260302T180000',
  'DTEND;TZID=Europe/Paris:20260302T200000',
  'RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=1MO',
  'UID:c1@google.com',
  'SUMMARY:Happy hour',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;TZID=Europe/Paris:20260407T180000',
  'DTEND;TZID=Europe/Paris:20260407T210000',
  'RECURRENCE-ID;TZID=Europe/Paris:20260406T180000',
  'UID:c1@google.com',
  'SUMMARY:Happy hour after Easter',
  'END:VEVENT',
  'END:VCALENDAR',
);

/** As Outlook exports: Windows names of zones with their VTIMEZONE, categories, X- properties, ends of all-day events as dates. */
const outlook = ics(
  'BEGIN:VCALENDAR',
  'PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN',
  'VERSION:2.0',
  'METHOD:PUBLISH',
  'X-MS-OLK-FORCEINSPECTOROPEN:TRUE',
  'BEGIN:VTIMEZONE',
  'TZID:Eastern Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16011104T020000',
  'RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11',
  'TZOFFSETFROM:-0400',
  'TZOFFSETTO:-0500',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010311T020000',
  'RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0400',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'CATEGORIES:flash-sale',
  'CLASS:PUBLIC',
  'DTSTART;TZID="Eastern Standard Time":20260704T080000',
  'DTEND;TZID="Eastern Standard Time":20260705T080000',
  'DTSTAMP:20260601T120000Z',
  'SUMMARY;LANGUAGE=en-us:Fourth of July',
  'UID:040000008200E00074C5B7101A82E008',
  'X-MICROSOFT-CDO-BUSYSTATUS:BUSY',
  'BEGIN:VALARM',
  'TRIGGER:-PT15M',
  'ACTION:DISPLAY',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;TZID="Eastern Standard Time":20261224T180000',
  'DURATION:PT6H',
  'SUMMARY:Christmas Eve',
  'UID:0400000082',
  'STATUS:CANCELLED',
  'END:VEVENT',
  'END:VCALENDAR',
);

describe('an iCalendar file', () => {
  it('of Google Calendar goes in: days as local days, times as instants, each occurrence an event', () => {
    const events = readICalendar(google, { until });
    expect(events).toEqual([
      {
        ...{ id: '4a7s@google.com', kind: 'black-friday', name: 'Black Friday 2026' },
        ...{ start: '2026-11-27', end: '2026-11-29', note: 'Zwei Tage, nicht einer.\nMehr Lager.' },
      },
      expect.objectContaining({
        ...{
          id: 'b1@google.com',
          status: 'draft',
          start: '2026-12-01T09:00:00Z',
          end: '2026-12-01T10:00:00Z',
        },
        name: 'Drop of the very long name that Google folds over the line because it is longer than seventy-five octets',
      }),
      {
        ...{ id: 'c1@google.com@2026-03-02T18:00:00', kind: 'happy-hour', name: 'Happy hour' },
        ...{ start: '2026-03-02T17:00:00Z', end: '2026-03-02T19:00:00Z' },
      },
      {
        ...{ id: 'c1@google.com@2026-04-06T18:00:00', kind: 'happy-hour-after-easter' },
        ...{ name: 'Happy hour after Easter', start: '2026-04-07T16:00:00Z', end: '2026-04-07T19:00:00Z' },
      },
      {
        ...{ id: 'c1@google.com@2026-05-04T18:00:00', kind: 'happy-hour', name: 'Happy hour' },
        ...{ start: '2026-05-04T16:00:00Z', end: '2026-05-04T18:00:00Z' },
      },
    ]);
    for (const event of events) expect(calendarEntry.parse(event)).toEqual(event);
  });

  it('of Outlook goes in: zones by the rules that it brings along, categories as kinds, durations', () => {
    expect(readICalendar(outlook, { until })).toEqual([
      {
        ...{ id: '040000008200E00074C5B7101A82E008', kind: 'flash-sale', name: 'Fourth of July' },
        ...{ start: '2026-07-04T12:00:00Z', end: '2026-07-05T12:00:00Z' },
      },
      {
        ...{ id: '0400000082', kind: 'christmas-eve', name: 'Christmas Eve', status: 'cancelled' },
        ...{ start: '2026-12-24T23:00:00Z', end: '2026-12-25T05:00:00Z' },
      },
    ]);
  });

  it('reads a zone that it does not describe by its IANA name, and times without one as wall clock', () => {
    const paris = vevent('UID:a', 'SUMMARY:Sale', 'DTSTART;TZID=Europe/Paris:20260701T080000');
    expect(readICalendar(paris, { until })[0]).toEqual({
      id: 'a',
      kind: 'sale',
      name: 'Sale',
      start: '2026-07-01T06:00:00Z',
    });
    const floating = vevent('UID:a', 'SUMMARY:Sale', 'DTSTART:20260701T080000', 'DTEND:20260701T093000');
    expect(readICalendar(floating, { until, kind: 'k' })[0]).toMatchObject({
      ...{ kind: 'k', start: '2026-07-01T08:00', end: '2026-07-01T09:30' },
    });
  });

  it.each([
    ['what is none', 'hello', /no iCalendar file/],
    ['a card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n', /VCARD, expected VCALENDAR/],
    [
      'a zone that nobody knows',
      vevent('UID:a', 'SUMMARY:S', 'DTSTART;TZID=Mars/Base:20260701T080000'),
      /"Mars\/Base"/,
    ],
    ['no start', vevent('UID:a', 'SUMMARY:Sale'), /"Sale" has no DTSTART/],
    [
      'no name to take the kind from',
      vevent('UID:a', 'DTSTART:20260701T080000Z'),
      /"a" has neither CATEGORIES/,
    ],
    [
      'a season',
      vevent(
        'UID:a',
        'SUMMARY:Daily',
        'DTSTART:20260101T080000Z',
        'DTEND:20260101T090000Z',
        'RRULE:FREQ=DAILY',
      ),
      /"Daily" occurs more than 500 times/,
    ],
  ])('of %s is refused in words', (_, text, message) => {
    expect(() => readICalendar(text, { until })).toThrow(CalendarFileError);
    expect(() => readICalendar(text, { until })).toThrow(message);
  });
});

const events: CalendarEntry[] = [
  { id: 'a', kind: 'sale', start: '2026-11-27', end: '2026-11-29', name: 'Größe, "XL"', note: 'one\ntwo' },
  {
    ...{ id: 'b', kind: 'drop', start: '2026-12-01T09:00:00Z', launch: true, stock: 1000, rate: 2.5 },
    ...{ regions: ['eu', 'us'], teams: ['shop'], metrics: ['orders'], status: 'draft' },
  },
  { id: 'c', kind: 'fair', start: '2026-12-01T09:00', end: '2026-12-01T18:30', like: 'sale', scale: 1.5 },
];

describe('what is exported', () => {
  it.each([
    ['iCalendar', (all: CalendarEntry[]) => readICalendar(writeICalendar(all, 0), { until })],
    ['CSV', (all: CalendarEntry[]) => readEventsCsv(writeEventsCsv(all))],
  ])('as %s comes back the same', (_, roundTrip) => {
    expect(roundTrip(events)).toEqual(events);
  });
});

describe('a CSV file', () => {
  it.each([
    ['a column that is none', 'id,kind,begin\na,b,c\n', /header has "begin": expected columns of id, kind/],
    ['an event without a start', 'id,kind,start\na,b,2026-01-01\nc,d,\n', /line 3 has no start/],
    ['a number that is none', 'id,kind,start,scale\na,b,2026-01-01,much\n', /line 2 has scale much/],
    ['an open quote', 'id,kind,start\n"a,b,c\n', /Quote/],
    [
      'a launch that is neither',
      'id,kind,start,launch\na,b,2026-01-01,yes\n',
      /launch yes: expected true or false/,
    ],
  ])('with %s is refused in words', (_, text, message) => {
    expect(() => readEventsCsv(text)).toThrow(message);
  });
});
