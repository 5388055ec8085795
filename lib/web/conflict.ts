import type { CalendarEntry, Refused } from './calendar-api.ts';
import { element } from './elements.ts';

const text = (value: unknown) =>
  value === undefined ? '–' : Array.isArray(value) ? value.join(', ') : String(value);

/** The fields in which two versions of an event differ. */
export function differences(
  one: CalendarEntry,
  other: CalendarEntry,
): { field: string; one: string; other: string }[] {
  const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof CalendarEntry)[];
  return fields
    .map((field) => ({ field, one: text(one[field]), other: text(other[field]) }))
    .filter((row) => row.one !== row.other);
}

/** What somebody else has made of an event meanwhile, beside one's own; one of the two is then chosen. */
export function conflictBox(
  mine: CalendarEntry,
  refusal: Refused,
  choose: { theirs(): void; mine(): void },
): HTMLElement {
  const { current } = refusal;
  const button = (label: string, click: () => void) => element('button', { type: 'button', click }, label);
  return element(
    'div',
    { class: 'notice stale conflict', role: 'alert' },
    element('strong', {}, 'Somebody else changed this event meanwhile. Nothing was written.'),
    current === undefined
      ? element('p', {}, 'It is no longer in the calendar.')
      : element(
          'table',
          {},
          element(
            'thead',
            {},
            element(
              'tr',
              {},
              ...['', 'yours', 'theirs'].map((head) => element('th', { scope: 'col' }, head)),
            ),
          ),
          element(
            'tbody',
            {},
            ...differences(mine, current).map(({ field, one, other }) =>
              element(
                'tr',
                {},
                element('th', { scope: 'row' }, field),
                element('td', {}, one),
                element('td', {}, other),
              ),
            ),
          ),
        ),
    element(
      'p',
      { class: 'actions' },
      button('Take theirs', choose.theirs),
      button('Put mine in its place', choose.mine),
    ),
  );
}

/** A refusal in words: what is wrong with which field, and what was expected. */
export function refusalBox(error: unknown): HTMLElement {
  const refused = error as Partial<Refused>;
  const why = error instanceof Error ? error.message : String(error);
  return element(
    'div',
    { class: 'notice failed', role: 'alert' },
    element('strong', {}, 'Not done. '),
    element('p', {}, why),
    ...(refused.errors ?? []).map(({ at, got, expected }) =>
      element('p', {}, `${at}: expected ${expected}${got === undefined ? '' : `, got ${got}`}`),
    ),
  );
}
