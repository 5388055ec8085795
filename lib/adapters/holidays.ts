import Holidays from 'date-holidays';
import type { Holiday } from '../engine/index.ts';
import type { HolidayCalendar } from '../service/ports.ts';

const dayMs = 86_400_000;

export interface Place {
  /** ISO 3166-1, two letters. */
  country?: string;
  /** ISO 3166-2 without the country (BY of DE-BY), with a region of it where the calendar knows some (BY-A). */
  subdivision?: string;
}

/** Countries and subdivisions are unknown to the calendar: the message lists what it knows. */
export class UnknownPlace extends RangeError {
  override name = 'UnknownPlace';
}

/**
 * Public holidays of the package date-holidays, by their English names, which stay the same over the years; a
 * substitute day has a name of its own. A subdivision that the calendar does not list has no holidays of its own, so
 * the country's hold there. Loading takes about 0.14 s and 1.4 MB of a bundle.
 */
export class PublicHolidays implements HolidayCalendar {
  private readonly calendars = new Map<string, Holidays>();
  private readonly years = new Map<string, Holiday[]>();

  /** Throws UnknownPlace. Without a country there are none. */
  holidays(place: Place, first: string, last: string): Holiday[] {
    if (place.country === undefined) return [];
    const found: Holiday[] = [];
    // A holiday of several days may begin in the year before.
    for (let year = Number(first.slice(0, 4)) - 1; year <= Number(last.slice(0, 4)); year++)
      found.push(...this.year(place, year));
    const seen = new Set<string>();
    return found
      .filter(({ date, name }) => {
        const key = `${date} ${name}`;
        if (date < first || date > last || seen.has(key)) return false;
        seen.add(key);
        return true;
      })
      .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  }

  /** Whether the calendar lists the subdivision; if not, the country's holidays hold there. */
  listsSubdivision({ country, subdivision }: Place): boolean {
    if (country === undefined || subdivision === undefined) return false;
    return (
      subdivision.toUpperCase().split('-')[0]! in (new Holidays().getStates(country.toUpperCase()) ?? {})
    );
  }

  private year(place: Place, year: number): Holiday[] {
    const key = `${place.country}-${place.subdivision ?? ''} ${year}`;
    let days = this.years.get(key);
    if (days === undefined) {
      days = (this.calendar(place).getHolidays(year) ?? [])
        .filter(({ type }) => type === 'public')
        .flatMap(({ date, start, end, name }) => {
          const from = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
          const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
          return Array.from({ length: count }, (_, i) => ({
            date: new Date(from + i * dayMs).toISOString().slice(0, 10),
            name,
          }));
        });
      this.years.set(key, days);
    }
    return days;
  }

  private calendar(place: Place): Holidays {
    const country = place.country!.toUpperCase();
    const key = `${country}-${place.subdivision ?? ''}`;
    let calendar = this.calendars.get(key);
    if (calendar === undefined) {
      const countries = new Holidays().getCountries();
      if (!(country in countries))
        throw new UnknownPlace(
          `There is no calendar of holidays for the country "${place.country}". Expected an ISO 3166 code: ${Object.keys(countries).join(', ')}.`,
        );
      calendar = this.listsSubdivision(place)
        ? new Holidays([country, ...place.subdivision!.toUpperCase().split('-')].join('-'))
        : new Holidays(country);
      if (place.subdivision !== undefined && !/^[a-z0-9]{1,3}(-[a-z0-9]+)?$/i.test(place.subdivision)) {
        const listed = Object.entries(new Holidays().getStates(country) ?? {});
        throw new UnknownPlace(
          `"${place.subdivision}" is no subdivision of ${country}. Expected the part after the hyphen of an ISO 3166-2 code; with holidays of their own: ${listed.map(([code, name]) => `${code} (${name})`).join(', ') || 'none'}.`,
        );
      }
      calendar.setLanguages('en');
      this.calendars.set(key, calendar);
    }
    return calendar;
  }
}
