import { readSeries } from './api.ts';
import {
  askWhatIf,
  type CalendarEntry,
  putEntry,
  Refused,
  removeEntry,
  touches,
  type VersionedEntry,
} from './calendar-api.ts';
import { conflictBox, refusalBox } from './conflict.ts';
import { csvButton } from './csv.ts';
import { element } from './elements.ts';
import { peakRows, peakTable } from './suppose.ts';

/** One event of the calendar in a form: written, moved, scaled, cancelled, removed, or only supposed. */

/** Series whose peaks are asked for at once. */
const mostAsked = 5;

type Field = Exclude<keyof CalendarEntry, 'launch'>;
interface FieldOf {
  name: Field;
  label: string;
  hint?: string;
  type?: 'number' | 'list' | 'choice';
  required?: true;
}
const fields: FieldOf[] = [
  { name: 'id', label: 'Id', required: true },
  { name: 'kind', label: 'Kind', hint: 'its editions teach one another', required: true },
  { name: 'name', label: 'Name' },
  { name: 'start', label: 'Start', hint: '2026-11-27T08:00 by each region’s clock, or …Z', required: true },
  { name: 'end', label: 'End', hint: 'without one: a launch' },
  { name: 'status', label: 'Status', type: 'choice' },
  { name: 'scale', label: 'Scale', hint: '1.5: half as much again as past editions', type: 'number' },
  { name: 'like', label: 'Like', hint: 'a kind that teaches a first edition' },
  { name: 'regions', label: 'Regions', hint: 'all, or names with commas', type: 'list' },
  { name: 'teams', label: 'Teams', hint: 'all, or names with commas', type: 'list' },
  { name: 'metrics', label: 'Metrics', hint: 'all, or names with commas', type: 'list' },
  { name: 'rate', label: 'Rate', hint: 'of a launch, at its height', type: 'number' },
  { name: 'stock', label: 'Stock', hint: 'units that can be sold', type: 'number' },
  { name: 'note', label: 'Note' },
];

/** An event of the form's texts: what is left empty is absent. */
export function entryOf(texts: Record<Field, string>, base: CalendarEntry | undefined): CalendarEntry {
  const made: Record<string, unknown> = base?.launch === undefined ? {} : { launch: base.launch };
  for (const { name, type } of fields) {
    const text = texts[name].trim();
    if (text === '') continue;
    if (type === 'number') made[name] = Number.isNaN(Number(text)) ? text : Number(text);
    else if (type === 'list') made[name] = text.split(',').map((part) => part.trim());
    else made[name] = text;
  }
  // Confirmed is what an event is that does not say otherwise.
  if (made.status === 'confirmed' && base?.status === undefined) delete made.status;
  return made as unknown as CalendarEntry;
}

/**
 * @param stored the event as it was seen; undefined for a new one
 * @param on told when the calendar is another one, and when the form is closed
 */
export function openEditor(
  stored: VersionedEntry | undefined,
  kinds: readonly string[],
  on: { changed(id: string | undefined, words: string): void; close(): void },
): { element: HTMLElement; close(): void } {
  const base = stored?.event;
  const closing = new AbortController();
  const inputs = Object.fromEntries(fields.map((field) => [field.name, inputOf(field)])) as Record<
    Field,
    HTMLInputElement | HTMLSelectElement
  >;
  const reason = element('input', { type: 'text', maxlength: '500', id: 'field-reason' });
  const said = element('div', { class: 'said' });
  const asked = element('div', { 'aria-live': 'polite' });

  function inputOf({ name, type, required }: FieldOf): HTMLInputElement | HTMLSelectElement {
    const value = base?.[name];
    if (type === 'choice') {
      const made = element(
        'select',
        { id: `field-${name}` },
        ...['confirmed', 'draft', 'cancelled'].map((one) => element('option', { value: one }, one)),
      );
      made.value = String(value ?? 'confirmed');
      return made;
    }
    const made = element('input', {
      type: 'text',
      id: `field-${name}`,
      autocomplete: 'off',
      spellcheck: 'false',
      ...(name === 'kind' || name === 'like' ? { list: 'kinds' } : {}),
      ...(type === 'number' ? { inputmode: 'decimal' } : {}),
    });
    made.value = Array.isArray(value) ? value.join(', ') : String(value ?? '');
    made.required = required === true;
    made.readOnly = name === 'id' && base !== undefined;
    return made;
  }

  const entry = () =>
    entryOf(
      Object.fromEntries(fields.map(({ name }) => [name, inputs[name].value])) as Record<Field, string>,
      base,
    );

  async function attempt(work: () => Promise<void>) {
    said.replaceChildren();
    // A second click would stand on the version that the first one is just replacing.
    form.inert = true;
    try {
      await work();
      form.inert = false;
    } catch (error) {
      form.inert = false;
      if (closing.signal.aborted) return;
      said.replaceChildren(refusalBox(error));
      const at = error instanceof Refused ? error.errors[0]?.at.split('.').at(-1) : undefined;
      if (at !== undefined && at in inputs) inputs[at as Field].focus();
    }
  }

  const write = (changed: CalendarEntry, version = stored?.version) =>
    attempt(async () => {
      try {
        const kept = await putEntry(changed, version, reason.value);
        on.changed(kept.event.id, `Kept: ${kept.event.name ?? kept.event.id} (version ${kept.version}).`);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 412) throw error;
        said.replaceChildren(
          conflictBox(changed, error, {
            theirs: () => on.changed(error.current?.id, 'Nothing was written; here is what they have put.'),
            mine: () => void write(changed, Number.isNaN(error.version) ? undefined : error.version),
          }),
        );
      }
    });

  const remove = () =>
    attempt(async () => {
      await removeEntry(base!.id, stored!.version, reason.value);
      on.changed(undefined, `${base!.name ?? base!.id} is removed; what it was can still be read.`);
    });

  const suppose = () =>
    attempt(async () => {
      const event = entry();
      // Asked for now: a form may be open before the page has its list, and the list may be old.
      asked.replaceChildren(element('p', { class: 'note' }, 'Forecasting …'));
      try {
        const touched = (await readSeries()).filter(
          (one) =>
            (touches(event, one) || (base !== undefined && touches(base, one))) &&
            one.forecast?.cutoff !== undefined,
        );
        if (touched.length === 0) {
          asked.replaceChildren(element('p', { class: 'note' }, 'It touches no series that has a forecast.'));
          return;
        }
        const some = touched.slice(0, mostAsked);
        const answer = await askWhatIf(
          some.map(({ seriesId }) => seriesId),
          [{ op: 'put', event }],
          undefined,
          closing.signal,
        );
        asked.replaceChildren(
          element(
            'h3',
            {},
            'What if',
            csvButton(
              () => `what-if ${event.id}`,
              () => answer.series.flatMap(({ seriesId, peaks }) => [[seriesId], ...peakRows(peaks)]),
            ),
          ),
          ...answer.series.flatMap((one) => [
            element('h4', {}, one.seriesId),
            peakTable(one.peaks, one.timeZone),
          ]),
          ...answer.refused.map((one) => element('p', { class: 'note' }, `${one.seriesId}: ${one.reason}`)),
          ...answer.warnings.map((one) => element('p', { class: 'note' }, `${one.event}: ${one.warning}`)),
          element(
            'p',
            { class: 'note' },
            touched.length > some.length ? `and ${touched.length - some.length} more series` : '',
          ),
        );
      } catch (error) {
        asked.replaceChildren();
        throw error;
      }
    });

  const button = (label: string, click: () => unknown, className = '') =>
    element('button', { type: 'button', class: className, click: () => void click() }, label);
  const submit = element('button', { type: 'submit', class: 'primary' }, base === undefined ? 'Add' : 'Save');
  const form = element(
    'form',
    { class: 'editor' },
    ...fields.map(({ name, label, hint }) =>
      element(
        'div',
        { class: 'field' },
        element('label', { for: `field-${name}` }, label),
        inputs[name],
        hint !== undefined && element('span', { class: 'hint' }, hint),
      ),
    ),
    element(
      'div',
      { class: 'field wide' },
      element('label', { for: 'field-reason' }, 'Reason of this change'),
      reason,
    ),
    element('datalist', { id: 'kinds' }, ...kinds.map((kind) => element('option', { value: kind }))),
    element(
      'p',
      { class: 'actions' },
      submit,
      button('What if?', suppose),
      base !== undefined &&
        base.status !== 'cancelled' &&
        button('Cancel the event', () => write({ ...base, status: 'cancelled' })),
      base !== undefined && button('Remove', remove),
      button('Close', on.close, 'last'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void write(entry());
  });
  const made = element(
    'section',
    { class: 'panel', 'aria-label': base === undefined ? 'New event' : `Event ${base.id}` },
    element('h2', {}, base === undefined ? 'New event' : (base.name ?? base.id)),
    ...(stored?.warnings ?? []).map(({ warning }) => element('p', { class: 'notice stale' }, warning)),
    form,
    said,
    asked,
  );
  return { element: made, close: () => closing.abort() };
}
