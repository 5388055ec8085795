import { steps } from '../engine/index.ts';
import type { Grain } from './contracts/http.ts';
import { grains, maxCells } from './contracts/http.ts';
import { type Complaint, InvalidRequest } from './errors.ts';
import { ceilToGrain, floorToGrain, instantText, stepAfter } from './grain.ts';

/** What a reader asks for: instants in milliseconds since 1970, half-open [start, end). */
export interface WindowQuery {
  start?: number;
  end?: number;
  grain?: Grain;
  nextToken?: string;
}

export interface GrainWindow {
  start: number;
  end: number;
  grain: Grain;
}

/**
 * Widens a window to whole steps of its grain (start floored, end ceiled) and cuts it to what there is.
 * Throws InvalidRequest for an end that is not after the start, and for a window wholly outside.
 *
 * @param extent what there is; of a step that it cuts in two nothing is answered
 */
export function alignWindow(
  timeZone: string,
  asked: GrainWindow,
  extent: { start: number; end: number },
): GrainWindow {
  const { grain } = asked;
  if (asked.end <= asked.start)
    throw refuse('end', asked.end, `an instant after start (${instantText(asked.start)})`);
  const first = ceilToGrain(timeZone, extent.start, grain);
  const last = floorToGrain(timeZone, extent.end, grain);
  const start = Math.max(floorToGrain(timeZone, asked.start, grain), first);
  const end = Math.min(ceilToGrain(timeZone, asked.end, grain), last);
  if (start >= end)
    throw refuse(
      asked.start >= last ? 'start' : 'end',
      asked.start >= last ? asked.start : asked.end,
      last > first
        ? `a window that overlaps ${instantText(first)} to ${instantText(last)}, the whole ${grain}s that there are`
        : `a finer grain: there is not one whole ${grain} from ${instantText(extent.start)} to ${instantText(extent.end)}`,
    );
  return { start, end, grain };
}

/** The part of a window that one page may hold: `columns` numbers a step, at most `maxCells` of them. */
export function cutPage(
  timeZone: string,
  window: GrainWindow,
  columns: number,
  mostSteps = Number.POSITIVE_INFINITY,
): GrainWindow {
  const rows = Math.max(1, Math.min(mostSteps, Math.floor(maxCells / columns)));
  const stepSeconds = grains[window.grain];
  // Where a page could end at the earliest and the latest: days of 23 and 25 hours are counted, not guessed.
  const guess = window.start + (rows + 1) * stepSeconds * 1000 * 1.1;
  const starts = steps(timeZone, window.start, Math.min(window.end, guess), stepSeconds);
  if (starts.length <= rows) return window;
  return { ...window, end: stepAfter(timeZone, starts[rows - 1]!, stepSeconds) };
}

const refuse = (at: string, got: number, expected: string) => {
  const complaint: Complaint = { at, got: instantText(got), expected };
  return new InvalidRequest(`${at} is ${complaint.got}, expected ${expected}`, [complaint]);
};
