import type { Span } from './api.ts';
import { barsOf } from './bars.ts';
import type { Region, VersionedEntry } from './calendar-api.ts';
import { element } from './elements.ts';
import { date, instant } from './words.ts';

/** Events across regions as bars on one axis of time: an event of local times lies elsewhere in each region. */

const hour = 3_600_000;

/** About six instants of a span to write below it, at midnights of UTC. */
function ticksOf({ start, end }: Span): number[] {
  const dayMs = 24 * hour;
  const every = Math.max(1, Math.round((end - start) / dayMs / 6)) * dayMs;
  const ticks: number[] = [];
  for (let at = Math.ceil(start / every) * every; at < end; at += every) ticks.push(at);
  return ticks;
}

export function timeline(
  events: readonly VersionedEntry[],
  regions: readonly Region[],
  span: Span,
  { chosen, now, onChoose }: { chosen: string | undefined; now: number; onChoose(id: string): void },
): HTMLElement {
  const length = span.end - span.start;
  const percent = (at: number) =>
    ((Math.min(Math.max(at, span.start), span.end) - span.start) / length) * 100;
  const rule = (at: number, kind: string) => {
    const made = element('span', { class: kind, 'aria-hidden': 'true' });
    made.style.left = `${percent(at)}%`;
    return made;
  };
  const ticks = ticksOf(span);
  const row = (region: Region) => {
    const bars = barsOf(events, region, span, length / 14);
    const lanes = Math.max(1, ...bars.map(({ lane }) => lane + 1));
    const track = element(
      'div',
      { class: 'track-of-events' },
      ...ticks.map((at) => rule(at, 'tick')),
      now > span.start && now < span.end && rule(now, 'tick now'),
      ...bars.map(({ entry: { event }, start, end, lane }) => {
        const name = event.name ?? event.id;
        const status = event.status ?? 'confirmed';
        const bar = element(
          'button',
          {
            type: 'button',
            class: `event-bar ${status}`,
            'aria-pressed': String(event.id === chosen),
            'aria-label': `${name}, ${event.kind}, ${status}, ${instant(start, region.timeZone)} to ${instant(end, region.timeZone)} in ${region.region}`,
            title: `${name}: ${instant(start, region.timeZone)} to ${instant(end, region.timeZone)}`,
            click: () => onChoose(event.id),
          },
          element('i', {}),
          element('span', {}, name),
        );
        bar.style.left = `${percent(start)}%`;
        bar.style.top = `${lane * 1.6 + 0.2}rem`;
        bar.style.width = `${Math.min(100 - percent(start), Math.max(100 / 14, percent(end) - percent(start)))}%`;
        const mark = bar.firstElementChild as HTMLElement;
        mark.style.width = `${Math.min(100, ((end - start) / Math.max(end - start, length / 14)) * 100)}%`;
        return bar;
      }),
    );
    track.style.height = `${lanes * 1.6 + 0.3}rem`;
    return element(
      'div',
      { class: 'region-row' },
      element(
        'p',
        { class: 'region-name' },
        element('strong', {}, region.region),
        element('span', {}, region.timeZone),
      ),
      track,
    );
  };
  return element(
    'div',
    { class: 'timeline' },
    ...regions.map(row),
    element(
      'div',
      { class: 'region-row', 'aria-hidden': 'true' },
      element('p', { class: 'region-name' }),
      element(
        'div',
        { class: 'axis' },
        ...ticks.map((at) => {
          const made = element('span', {}, date(at, 'UTC').replace(/ \d{4}$/, ''));
          made.style.left = `${percent(at)}%`;
          return made;
        }),
      ),
    ),
  );
}
