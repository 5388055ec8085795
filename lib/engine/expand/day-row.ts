import { type DayLayout, dayLayout } from '../digest/layout.ts';
import type { ForecastModel } from '../model/types.ts';
import { writeProfile } from '../profile/row.ts';
import { minuteMs } from '../time/local.ts';
import { dayMinutes } from './sheet.ts';

/** Writes days of a model as rates by the minute of the wall clock; holds what is the same for every day. */
export interface DayRows {
  layout: DayLayout;
  profile: Float64Array;
  /** Shape and block of each minute of the wall clock. */
  minuteShape: Float64Array;
  blockOf: Uint16Array;
}

export function dayRows(model: ForecastModel): DayRows {
  const layout = dayLayout(model.settings.stepSeconds);
  const minuteShape = new Float64Array(dayMinutes);
  const blockOf = new Uint16Array(dayMinutes);
  for (let m = 0; m < dayMinutes; m++) {
    const slot = layout.steps === 1 ? 0 : Math.floor((m * minuteMs) / layout.stepMs);
    minuteShape[m] = model.shape[slot]!;
    blockOf[m] = (slot / layout.stepsPerBlock) | 0;
  }
  return { layout, profile: new Float64Array(layout.blocks), minuteShape, blockOf };
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
  multiply(rows.profile, rows.blockOf, rows.minuteShape, rate, row);
}

function multiply(
  profile: Float64Array,
  blockOf: Uint16Array,
  minuteShape: Float64Array,
  rate: number,
  row: Float64Array,
): void {
  for (let m = 0; m < dayMinutes; m++) row[m] = rate * profile[blockOf[m]!]! * minuteShape[m]!;
}
