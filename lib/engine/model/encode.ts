import { readHeader, writeHeader } from '../binary/header.ts';
import type { Findings } from '../types.ts';
import { type Basis, type EventCurve, type EventLift, type ForecastModel, modelVersion } from './types.ts';

const mark = 'CTFM';

/** A model as bytes. */
export function encodeModel(model: ForecastModel): Uint8Array {
  const writer = writeHeader(mark, model.schemaVersion);
  writer.u8(model.method === 'log-additive' ? 0 : 1);
  writer.text(model.settings.timeZone);
  writer.u32(model.settings.stepSeconds);
  writer.u8(model.settings.metricKind === 'count' ? 0 : 1);
  writer.f64(model.cutoff);
  writer.f64(model.horizonEnd);
  const { origins, horizonDays, wape, naiveWape, coverage } = model.accuracy;
  for (const value of [origins, horizonDays, wape, naiveWape, coverage]) writer.f64(value);
  writer.i32(model.firstDay);
  writer.f64(model.shift);
  writer.f64(model.offset);
  writer.u8(model.whole ? 1 : 0);
  const { level, year, weekday, holiday, sharedSd, ownSd, dayOff } = model.days;
  for (const column of [level, year, weekday, holiday, sharedSd, ownSd, dayOff]) writer.array(column);
  writer.u32(model.extras.length);
  for (const { kind, name, effect } of model.extras) {
    writer.u8(kind === 'regressor' ? 0 : 1);
    writer.text(name);
    writer.array(effect);
  }
  writer.u32(model.profile.blocks);
  writer.i32(model.profile.lastDay);
  writer.array(model.profile.coefficients);
  writer.array(model.shape);
  for (const table of [model.noise.step, model.noise.hour, model.noise.day]) writer.array(table);
  writer.u8(model.paths.hours);
  writer.array(model.paths.rest);
  writer.array(model.paths.mean);
  writer.array(model.paths.highest);
  writer.u32(model.events.length);
  for (const event of model.events) {
    writer.text(event.id);
    writer.text(event.kind);
    writer.text(event.name ?? '');
    writer.f64(event.start);
    writer.f64(event.until);
    writer.u32(event.curve);
    writer.f64(event.size);
  }
  writer.u32(model.curves.length);
  for (const curve of model.curves) {
    writer.u32(curve.stepMinutes);
    writer.f64(curve.sd);
    writer.array(curve.lift);
  }
  writer.f64(model.overlap);
  writer.text(JSON.stringify(model.findings));
  writer.u8(model.basis === undefined ? 0 : 1);
  if (model.basis !== undefined) {
    writer.text(model.basis.mark);
    writer.i32(model.basis.fittedThrough);
    writer.f64(model.basis.centre);
    writer.i32(model.basis.firstRowDay);
    writer.array(model.basis.past);
  }
  return writer.finish();
}

/** Reads what `encodeModel` wrote. Throws a RangeError for other bytes, another version, or a truncated document. */
export function decodeModel(bytes: Uint8Array): ForecastModel {
  const reader = readHeader(bytes, 'a forecast model', mark, modelVersion);
  const model: ForecastModel = {
    schemaVersion: modelVersion,
    method: reader.u8() === 0 ? 'log-additive' : 'seasonal-naive',
    settings: {
      timeZone: reader.text(),
      stepSeconds: reader.u32(),
      metricKind: reader.u8() === 0 ? 'count' : 'gauge',
    },
    cutoff: reader.f64(),
    horizonEnd: reader.f64(),
    accuracy: {
      origins: reader.f64(),
      horizonDays: reader.f64(),
      wape: reader.f64(),
      naiveWape: reader.f64(),
      coverage: reader.f64(),
    },
    firstDay: reader.i32(),
    shift: reader.f64(),
    offset: reader.f64(),
    whole: reader.u8() === 1,
    days: {
      level: reader.float32(),
      year: reader.float32(),
      weekday: reader.float32(),
      holiday: reader.float32(),
      sharedSd: reader.float32(),
      ownSd: reader.float32(),
      dayOff: reader.uint8(),
    },
    extras: Array.from({ length: reader.u32() }, () => ({
      kind: reader.u8() === 0 ? ('regressor' as const) : ('period' as const),
      name: reader.text(),
      effect: reader.float32(),
    })),
    profile: { blocks: reader.u32(), lastDay: reader.i32(), coefficients: reader.float32() },
    shape: reader.float32(),
    noise: { step: reader.float32(), hour: reader.float32(), day: reader.float32() },
    paths: { hours: reader.u8(), rest: reader.uint8(), mean: reader.uint16(), highest: reader.uint16() },
    events: [],
    curves: [],
    overlap: 1,
    findings: { exclusions: [], breaks: [], editions: [], holidays: [] },
  };
  const events: EventLift[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const id = reader.text();
    const kind = reader.text();
    const name = reader.text();
    const start = reader.f64();
    const until = reader.f64();
    const curve = reader.u32();
    events.push({ id, kind, ...(name !== '' && { name }), start, until, curve, size: reader.f64() });
  }
  const curves: EventCurve[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const stepMinutes = reader.u32();
    const sd = reader.f64();
    curves.push({ stepMinutes, sd, lift: reader.float32() });
  }
  const overlap = reader.f64();
  const findings: Findings = JSON.parse(reader.text());
  for (const exclusion of findings.exclusions) exclusion.size ??= Number.NaN;
  // Models of before holidays were told have none.
  findings.holidays ??= [];
  const basis = reader.u8() === 1 ? readBasis(reader) : undefined;
  reader.finish();
  return { ...model, events, curves, overlap, findings, ...(basis !== undefined && { basis }) };
}

const readBasis = (reader: ReturnType<typeof readHeader>): Basis => ({
  mark: reader.text(),
  fittedThrough: reader.i32(),
  centre: reader.f64(),
  firstRowDay: reader.i32(),
  past: reader.float32(),
});
