import type { Grain, PlannedEvent } from './api.ts';
import type { Chart } from './chart.ts';
import { element } from './elements.ts';
import { large, movedBy, type Part, steps } from './moved-event.ts';
import { instant } from './words.ts';

/** Handles on the chart by which a person moves an event: its start, its end, or the whole. */

const titles: Record<Part, string> = { start: 'Start of', end: 'End of', whole: 'Time of' };

/**
 * Puts handles over the chart, those of each event beside its edges and below it. Arrow keys move by a step, with shift by
 * twelve. Events are taken anew with `place`, so that they follow what is supposed.
 *
 * @param onMove told where the event lies now, at each step of a drag
 */
export function putHandles(
  chart: Chart,
  { grain, timeZone }: { grain: Grain; timeZone: string },
  onMove: (event: PlannedEvent) => void,
): { place(events: readonly PlannedEvent[]): void } {
  const layer = element('div', { class: 'handles' });
  const known = new Map<string, Record<Part, HTMLElement>>();
  let shown: readonly PlannedEvent[] = [];
  const eventOf = (id: string) => shown.find((event) => event.id === id);
  chart.over.append(layer);

  function handle(id: string, part: Part): HTMLElement {
    let held: { event: PlannedEvent; from: number } | undefined;
    const made = element('button', { type: 'button', class: `handle ${part}`, role: 'slider' });
    const at = (event: PointerEvent) =>
      chart.instant(event.clientX - chart.over.getBoundingClientRect().left);
    // The chart beneath would take it for a zoom.
    for (const name of ['mousedown', 'dblclick'] as const)
      made.addEventListener(name, (event) => event.stopPropagation());
    made.addEventListener('pointerdown', (event) => {
      const moved = eventOf(id);
      if (event.button !== 0 || moved === undefined) return;
      made.setPointerCapture(event.pointerId);
      held = { event: moved, from: at(event) };
    });
    made.addEventListener('pointermove', (event) => {
      if (held !== undefined) onMove(movedBy(held.event, part, at(event) - held.from, grain));
    });
    for (const name of ['pointerup', 'pointercancel'] as const)
      made.addEventListener(name, () => {
        held = undefined;
      });
    made.addEventListener('keydown', (event) => {
      const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      const moved = eventOf(id);
      if (way === undefined || moved === undefined) return;
      event.preventDefault();
      onMove(movedBy(moved, part, way * steps[grain] * (event.shiftKey ? large : 1), grain));
    });
    return made;
  }

  function put(made: HTMLElement, event: PlannedEvent, part: Part) {
    const [start, end] = [Date.parse(event.start), Date.parse(event.end ?? event.start)];
    const time = part === 'end' ? end : start;
    made.setAttribute('aria-label', `${titles[part]} ${event.name ?? event.kind}`);
    made.setAttribute('aria-valuenow', String(time));
    made.setAttribute('aria-valuetext', instant(time, timeZone));
    made.title = `${titles[part]} ${event.name ?? event.kind}: drag, or press an arrow key`;
    const [from, until] = [chart.left(start), chart.left(end)];
    const width = chart.over.clientWidth;
    made.hidden =
      part === 'end'
        ? until < 0 || until > width
        : part === 'start'
          ? from < 0 || from > width
          : until < 0 || from > width;
    if (part !== 'whole') made.style.left = `${part === 'end' ? until : from}px`;
    else {
      made.style.left = `${Math.max(0, from)}px`;
      made.style.width = `${Math.max(6, Math.min(width, until) - Math.max(0, from))}px`;
    }
  }

  function place(events: readonly PlannedEvent[]) {
    shown = events;
    for (const [id, parts] of known)
      if (eventOf(id) === undefined) {
        for (const part of Object.values(parts)) part.remove();
        known.delete(id);
      }
    for (const event of events) {
      let parts = known.get(event.id);
      if (parts === undefined) {
        parts = {
          whole: handle(event.id, 'whole'),
          start: handle(event.id, 'start'),
          end: handle(event.id, 'end'),
        };
        known.set(event.id, parts);
        layer.append(parts.whole, parts.start, ...(event.end === undefined ? [] : [parts.end]));
      }
      for (const part of ['whole', 'start', 'end'] as const) put(parts[part], event, part);
    }
  }

  chart.onResize(() => place(shown));
  return { place };
}
