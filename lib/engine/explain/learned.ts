import type { ForecastModel } from '../model/types.ts';
import { dayMs, localDay, localParts } from '../time/local.ts';

/** One thing that a model learnt, in words with dates and percents. */
export interface Lesson {
  about: 'trend' | 'break' | 'exclusion' | 'holiday' | 'event' | 'period' | 'regressor';
  words: string;
}

const spanOfTrend = 365;

/** What a model learnt from its history, in the order of the forecast's ingredients. */
export function learned(model: ForecastModel): Lesson[] {
  if (model.method === 'seasonal-naive') return [];
  return [
    ...trend(model),
    ...breaks(model),
    ...exclusions(model),
    ...holidays(model),
    ...extras(model),
    ...events(model),
  ];
}

function trend({ days, firstDay, horizonEnd, cutoff, offset, shift }: ForecastModel): Lesson[] {
  const last = Math.min(spanOfTrend, Math.floor((horizonEnd - cutoff) / dayMs)) - 1;
  if (last < 1) return [];
  const level = (d: number) => Math.max(0, Math.exp(days.level[d]!) - offset) - shift;
  if (level(0) === 0) return [];
  const change = (level(last) - level(0)) / Math.abs(level(0));
  const words = `From ${dateText(firstDay)} to ${dateText(firstDay + last)} the level is expected to ${
    Math.abs(change) < 0.0005 ? 'stay as it is' : `change by ${percent(change)}`
  }.`;
  return [{ about: 'trend', words }];
}

function breaks({ findings }: ForecastModel): Lesson[] {
  return findings.breaks.map(({ day, kind, size, declared }) => ({
    about: 'break',
    words: `${kind === 'level' ? 'The level' : 'The growth a year'} changed by ${percent(size - 1)} on ${dateText(day)} (${
      declared ? 'declared' : 'found'
    }).`,
  }));
}

const reasons = {
  declared: 'was declared',
  spike: 'holds a spike',
  robot: 'looks like robots',
  outage: 'looks like an outage',
  stuck: 'is stuck at one value',
};

function exclusions({ findings, settings }: ForecastModel): Lesson[] {
  return findings.exclusions.map(({ start, end, reason, size }) => ({
    about: 'exclusion',
    words: `${timeText(settings.timeZone, start)} to ${timeText(settings.timeZone, end)} was left out: it ${reasons[reason]}${
      Number.isFinite(size) ? `, at ${(100 * size).toFixed(0)} % of what was expected` : ''
    }.`,
  }));
}

function holidays({ findings }: ForecastModel): Lesson[] {
  return findings.holidays.map(({ name, size, editions }) => ({
    about: 'holiday',
    words: `${name} changes its day by ${percent(size - 1)}, ${
      editions.length === 0
        ? 'as other holidays do (it was not seen itself)'
        : `learnt from ${listed(editions.map(dateText))}`
    }.`,
  }));
}

function extras({ extras: all }: ForecastModel): Lesson[] {
  return all.map(({ kind, name, effect }) => {
    let low = 0;
    let high = 0;
    for (const e of effect) {
      low = Math.min(low, e);
      high = Math.max(high, e);
    }
    return {
      about: kind,
      words: `The ${kind} ${name} moves the days ahead by ${percent(Math.exp(low) - 1)} to ${percent(Math.exp(high) - 1)}.`,
    };
  });
}

function events({ findings, settings }: ForecastModel): Lesson[] {
  const kinds = new Map<string, typeof findings.editions>();
  for (const edition of findings.editions)
    kinds.set(edition.kind, [...(kinds.get(edition.kind) ?? []), edition]);
  return [...kinds].map(([kind, editions]) => {
    const mean = editions.reduce((sum, { lift }) => sum + lift, 0) / editions.length;
    const each = editions.map(
      ({ start, lift }) => `${dateText(localDay(settings.timeZone, start))} ${percent(lift - 1)}`,
    );
    return {
      about: 'event',
      words: `A ${kind} changes its time by ${percent(mean - 1)} in the mean of ${editions.length === 1 ? 'one edition' : `${editions.length} editions`}: ${listed(each)}.`,
    };
  });
}

const mostListed = 8;
/** The last of them, in words. */
const listed = (texts: readonly string[]) =>
  `${texts.length > mostListed ? '… ' : ''}${texts.slice(-mostListed).join(', ')}`;

const percent = (change: number) =>
  `${change > 0 ? '+' : change < 0 ? '−' : ''}${Math.abs(100 * change).toFixed(1)} %`;
const dateText = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

function timeText(timeZone: string, ms: number): string {
  const { hour, minute } = localParts(timeZone, ms);
  const date = dateText(localDay(timeZone, ms));
  const two = (n: number) => String(n).padStart(2, '0');
  return hour === 0 && minute === 0 ? date : `${date} ${two(hour)}:${two(minute)}`;
}
