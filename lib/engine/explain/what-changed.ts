import { expand } from '../expand/expand.ts';
import { fit as fitModel } from '../fit.ts';
import type { ForecastModel } from '../model/types.ts';
import type { Break, Calendar, DayDigest, Exclusion, FitOptions, SeriesSettings, Window } from '../types.ts';
import { explain } from './explain.ts';

/** All that a forecast was made from. */
export interface ForecastCase {
  digests: readonly DayDigest[];
  calendar: Calendar;
  options: FitOptions;
}

/** `data`: observations, cutoff and regressors. */
export type Cause = 'data' | 'calendar' | 'exclusions' | 'breaks' | 'seasons';

/** What lies between two forecasts of one series over one window, one row a step. */
export interface Changes {
  time: Float64Array;
  /** Means. */
  before: Float64Array;
  after: Float64Array;
  /** By what was given: the changes of a step add up to after − before. Only what differs is listed. */
  causes: { cause: Cause; change: Float64Array }[];
  /** By ingredient: what each adds after less before. Adds up to the same. */
  ingredients: { name: string; change: Float64Array }[];
  /** Found in the history by the later forecast and not by the earlier one. */
  newExclusions: Exclusion[];
  newBreaks: Break[];
}

/**
 * What changed between two forecasts, and because of what. The inputs of the earlier one are exchanged for those of the
 * later one by one, in the order of `Cause` (the data with its cutoff first), and the model fitted anew each
 * time: what a step then changes by is due to what was exchanged. The parts therefore add up exactly.
 *
 * Throws a RangeError where one of the forecasts cannot be fitted, or does not reach over the window.
 */
export function whatChanged(
  settings: SeriesSettings,
  before: ForecastCase,
  after: ForecastCase,
  window: Omit<Window, 'quantiles'>,
): Changes {
  const meanOf = (model: ForecastModel) => expand(model, { ...window, quantiles: [] });
  const first = modelOf(settings, before);
  let model = first;
  const { time, mean } = meanOf(first);
  const out: Changes = {
    time,
    before: mean,
    after: mean,
    causes: [],
    ingredients: [],
    newExclusions: [],
    newBreaks: [],
  };
  for (const { cause, differs, made } of exchanges(before, after)) {
    if (!differs) continue;
    model = modelOf(settings, made);
    const next = meanOf(model).mean;
    const last = out.after;
    out.causes.push({ cause, change: next.map((m, i) => m - last[i]!) });
    out.after = next;
  }
  out.ingredients = ingredientChanges(first, model, window);
  const known = new Set([...first.findings.exclusions.map(key), ...first.findings.breaks.map(key)]);
  out.newExclusions = model.findings.exclusions.filter((exclusion) => !known.has(key(exclusion)));
  out.newBreaks = model.findings.breaks.filter((found) => !known.has(key(found)));
  return out;
}

function modelOf(settings: SeriesSettings, { digests, calendar, options }: ForecastCase): ForecastModel {
  const outcome = fitModel(digests, settings, calendar, options);
  if (outcome.status === 'failed')
    throw new RangeError(`A forecast that is compared cannot be fitted: ${outcome.reason}`);
  return outcome.model;
}

/** The cases on the way from one forecast to the other; each exchanges one more of the inputs. */
function exchanges(
  before: ForecastCase,
  after: ForecastCase,
): { cause: Cause; differs: boolean; made: ForecastCase }[] {
  const { exclusions, breaks, seasons } = before.options;
  const data: ForecastCase = {
    digests: after.digests,
    calendar: before.calendar,
    options: { ...after.options, ...given({ exclusions, breaks, seasons }) },
  };
  const calendar = { ...data, calendar: after.calendar };
  const kept = { ...calendar, options: { ...after.options, ...given({ breaks, seasons }) } };
  const broken = { ...kept, options: { ...after.options, ...given({ seasons }) } };
  const differs = (name: 'exclusions' | 'breaks' | 'seasons') =>
    text(before.options[name]) !== text(after.options[name]);
  return [
    {
      cause: 'data',
      differs:
        after.options.cutoff !== before.options.cutoff ||
        after.digests !== before.digests ||
        after.options.regressors !== before.options.regressors,
      made: data,
    },
    { cause: 'calendar', differs: text(before.calendar) !== text(after.calendar), made: calendar },
    { cause: 'exclusions', differs: differs('exclusions'), made: kept },
    { cause: 'breaks', differs: differs('breaks'), made: broken },
    { cause: 'seasons', differs: differs('seasons'), made: after },
  ];
}

/** Options as they were given earlier, those that were not given included. */
const given = (options: Partial<FitOptions>) => options as Pick<FitOptions, 'seasons'>;

const text = (input: unknown) => JSON.stringify(input) ?? '';
/** What makes a finding the same as another: sizes go on being measured anew. */
const key = (found: Exclusion | Break) =>
  'reason' in found ? text([found.reason, found.start, found.end]) : text([found.kind, found.day]);

function ingredientChanges(first: ForecastModel, last: ForecastModel, window: Omit<Window, 'quantiles'>) {
  const before = new Map(explain(first, window).ingredients.map(({ name, value }) => [name, value]));
  const changes: Changes['ingredients'] = [];
  for (const { name, value } of explain(last, window).ingredients) {
    const old = before.get(name);
    before.delete(name);
    changes.push({ name, change: value.map((x, i) => x - (old?.[i] ?? 0)) });
  }
  for (const [name, value] of before) changes.push({ name, change: value.map((x) => -x) });
  return changes;
}
