import uPlot from 'uplot';
import type { Findings, PlannedEvent } from './api.ts';

/** What is marked on a chart beside its lines. */
export interface Marks {
  events: readonly PlannedEvent[];
  findings: Findings;
  cutoff: string | undefined;
  /** Where a person has moved an event to, as far as it is only supposed. */
  supposed?: PlannedEvent | undefined;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What an exclusion is called, with how far off it was: 0.1 of what was expected, or 12 times. */
export const exclusionWords = ({ reason, size }: Findings['exclusions'][number]): string =>
  size === undefined ? reason : `${reason}, × ${Number(size.toPrecision(2))}`;

export const breakWords = ({ kind, size }: Findings['breaks'][number]): string =>
  kind === 'level'
    ? `level × ${Number(size.toPrecision(3))}`
    : `growth × ${Number(size.toPrecision(3))} a year`;

/** Where a span lies on the canvas, cut to the plot; undefined outside of it. */
function across(plot: uPlot, start: number, end: number): { x: number; width: number } | undefined {
  const { left, width } = plot.bbox;
  const from = Math.max(left, plot.valToPos(start / 1000, 'x', true));
  const until = Math.min(left + width, plot.valToPos(end / 1000, 'x', true));
  return until > left && from < left + width ? { x: from, width: Math.max(until - from, 1) } : undefined;
}

/** Below the lines: the spans of events, and what was kept out of the fit. */
export function shade(plot: uPlot, { events, findings, supposed }: Marks): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  const fill = (start: number, end: number, name: string) => {
    const place = across(plot, start, end);
    if (place === undefined) return;
    ctx.fillStyle = colour(name);
    ctx.fillRect(place.x, top, place.width, height);
  };
  ctx.save();
  for (const { start, end } of events) fill(Date.parse(start), endOf(start, end), '--event');
  for (const { start, end } of findings.exclusions) fill(Date.parse(start), Date.parse(end), '--excluded');
  if (supposed !== undefined)
    fill(Date.parse(supposed.start), endOf(supposed.start, supposed.end), '--supposed-band');
  ctx.restore();
}

/** A launch is marked where it begins: it has no end to shade up to. */
const endOf = (start: string, end: string | undefined) => Date.parse(end ?? start);

/** Above the lines: names where there is room, breaks, and where the forecast begins. */
export function label(plot: uPlot, { events, findings, cutoff }: Marks): void {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const ratio = uPlot.pxRatio;
  /** What is written in each of the two lines below the top. */
  const taken: [from: number, until: number][][] = [[], []];
  ctx.save();
  ctx.font = `${11.5 * ratio}px ${colour('--font')}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';

  /** Writes words in the first line that has room for them; where none has, they are left out. */
  const write = (words: string, x: number, ink: string) => {
    const long = ctx.measureText(words).width + 8 * ratio;
    const from = Math.max(left + 2 * ratio, Math.min(x, left + width - long));
    const line = taken.findIndex((spans) => spans.every(([a, b]) => b <= from || a >= from + long));
    if (line < 0) return;
    taken[line]!.push([from, from + long]);
    ctx.fillStyle = colour(ink);
    ctx.fillText(words, from, top + (2 + 14 * line) * ratio);
  };
  const rule = (instant: number, ink: string) => {
    // In the middle of a pixel, a line of one pixel is sharp.
    const x = Math.round(plot.valToPos(instant / 1000, 'x', true)) + ratio / 2;
    if (x < left || x > left + width) return undefined;
    ctx.strokeStyle = colour(ink);
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    return x;
  };

  const start = cutoff === undefined ? undefined : rule(Date.parse(cutoff), '--muted');
  if (start !== undefined) write('forecast starts', start + 6 * ratio, '--muted');
  for (const found of findings.breaks) {
    const x = rule(Date.parse(`${found.date}T12:00:00Z`), '--break');
    if (x !== undefined) write(breakWords(found), x + 6 * ratio, '--break');
  }
  for (const found of findings.exclusions) {
    const place = across(plot, Date.parse(found.start), Date.parse(found.end));
    if (place !== undefined) write(exclusionWords(found), place.x, '--failed');
  }
  for (const { name, kind, start, end } of events) {
    const place = across(plot, Date.parse(start), endOf(start, end));
    if (place !== undefined) write(name ?? kind, place.x, '--event-ink');
  }
  ctx.restore();
}

/** What is marked at an instant, in words. */
export function wordsAt({ events, findings }: Marks, at: number): string[] {
  const during = ({ start, end }: { start: string; end?: string }) =>
    Date.parse(start) <= at && at < endOf(start, end);
  return [
    ...events.filter(during).map(({ name, kind }) => name ?? kind),
    ...findings.exclusions.filter(during).map((found) => `left out: ${exclusionWords(found)}`),
  ];
}
