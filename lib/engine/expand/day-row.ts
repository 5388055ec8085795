import { type DayLayout, dayLayout } from '../digest/layout.ts';
import type { ForecastModel } from '../model/types.ts';
import { writeProfile } from '../profile/row.ts';
import { minuteMs } from '../time/local.ts';
import { dayMinutes } from './sheet.ts';

/** Writes days of a model as rates by the minute of the wall clock; holds what is the same for every day. */
export interface DayRows {
  layout: DayLayout;
  profile: Float64Array;
  /** Shape of each minute of the wall clock, and the first minute of each block (and of the next day). */
  minuteShape: Float64Array;
  firstMinute: Uint16Array;
}

export function dayRows(model: ForecastModel): DayRows {
  const layout = dayLayout(model.settings.stepSeconds);
  const minuteShape = new Float64Array(dayMinutes);
  const firstMinute = new Uint16Array(layout.blocks + 1).fill(dayMinutes);
  for (let m = dayMinutes - 1; m >= 0; m--) {
    const slot = layout.steps === 1 ? 0 : Math.floor((m * minuteMs) / layout.stepMs);
    minuteShape[m] = model.shape[slot]!;
    firstMinute[(slot / layout.stepsPerBlock) | 0] = m;
  }
  return { layout, profile: new Float64Array(layout.blocks), minuteShape, firstMinute };
}

/** The day's rates without events: its level × profile × shape, per minute (count) or as they are (gauge). */
export function writeDayRow(
  model: ForecastModel,
  rows: DayRows,
  day: number,
  dayLength: number,
  row: Float64Array,
): void {
  const { days, settings } = model;
  const d = day - model.firstDay;
  let log = days.level[d]! + days.year[d]! + days.weekday[d]! + days.holiday[d]!;
  for (const { effect } of model.extras) log += effect[d]!;
  let rate = Math.max(0, Math.exp(log) - model.offset);
  // A row below a day is a rate; a day or a week is split over its minutes.
  if (settings.metricKind === 'count')
    rate *= rows.layout.steps > 1 ? 60 / settings.stepSeconds : minuteMs / dayLength / rows.layout.daysPerRow;
  writeProfile(model.profile, day, days.dayOff[d] === 1, rows.profile);
  multiply(rows.profile, rows.firstMinute, rows.minuteShape, rate, row);
}

function multiply(
  profile: Float64Array,
  firstMinute: Uint16Array,
  minuteShape: Float64Array,
  rate: number,
  row: Float64Array,
): void {
  for (let b = 0; b < profile.length; b++) {
    const level = rate * profile[b]!;
    const end = firstMinute[b + 1]!;
    for (let m = firstMinute[b]!; m < end; m++) row[m] = level * minuteShape[m]!;
  }
}
