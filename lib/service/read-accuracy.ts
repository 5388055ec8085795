import { bands, localDay, type Scores, scoresOf } from '../engine/index.ts';
import type { AccuracyAnswer } from './contracts/accuracy.ts';
import type { TrackRecord } from './contracts/refresh.ts';
import { type RegionSettings, type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { InvalidRequest, NotFound } from './errors.ts';
import { dateText, instantText } from './grain.ts';
import { rounded } from './locate-forecast.ts';
import type { ForecastIndex, Ledger, LedgerRow, RunStore, SeriesRegistry } from './ports.ts';
import { finite, monthsOf, sumOf } from './score-forecasts.ts';

export interface ReadAccuracyPorts {
  region: RegionSettings;
  registry: Pick<SeriesRegistry, 'get'>;
  index: Pick<ForecastIndex, 'get'>;
  runs: Pick<RunStore, 'published'>;
  ledger: Pick<Ledger, 'read'>;
}

const defaultDays = 90;
const mostDays = 400;
const grainOrder = ['step', 'hour', 'day', 'week'];

/**
 * How right earlier forecasts were, by horizon band, grain and event, on the local days of a window: by default the last
 * 90 that were scored. Empty where nothing was scored yet.
 * Throws NotFound for an unknown series, InvalidRequest for a window of more than 400 days, or that ends before it starts.
 */
export async function readAccuracy(
  { region, registry, index, runs, ledger }: ReadAccuracyPorts,
  series: SeriesKey,
  query: { start?: number; end?: number },
): Promise<AccuracyAnswer> {
  const { timeZone } = region;
  const [record, published] = await Promise.all([registry.get(series), runs.published()]);
  if (record === undefined)
    throw new NotFound(`There is no series ${seriesId(series)}: GET /v1/series lists them`);
  const track = published === undefined ? undefined : (await index.get(series, published.runId))?.track;
  const scoredThrough = track?.scoredThrough ?? localDay(timeZone, record.lastTime);
  const lastDay = query.end === undefined ? scoredThrough : localDay(timeZone, query.end - 1);
  const firstDay = query.start === undefined ? lastDay - defaultDays + 1 : localDay(timeZone, query.start);
  if (lastDay < firstDay || lastDay - firstDay >= mostDays)
    throw new InvalidRequest(`The window goes from ${dateText(firstDay)} to ${dateText(lastDay)}`, [
      {
        at: query.end === undefined ? 'start' : 'end',
        got: instantText((query.end ?? query.start)!),
        expected: `an end after the start, and at most ${mostDays} days`,
      },
    ]);
  const rows = (await ledger.read(series, monthsOf(firstDay, lastDay))).filter(
    ({ day }) => day >= firstDay && day <= lastDay,
  );
  const answer = {
    bands: bandsOf(rows.filter(({ event }) => event === undefined)),
    events: eventsOf(rows.filter(({ event }) => event !== undefined)),
    intervals: (track?.widths ?? []).map(({ until, factor }) => ({
      ...(until <= 366 && { untilDays: until }),
      factor,
    })),
  };
  return {
    seriesId: seriesId(series),
    timeZone,
    metricKind: record.metricKind,
    stepSeconds: record.stepSeconds,
    firstDay: dateText(firstDay),
    lastDay: dateText(lastDay),
    days: new Set(rows.map(({ day }) => day)).size,
    ...(track !== undefined && { scoredThrough: dateText(track.scoredThrough) }),
    ...answer,
    words: wordsOf(record, answer, track),
  };
}

function bandsOf(rows: readonly LedgerRow[]): AccuracyAnswer['bands'] {
  return bands.flatMap(({ band }) =>
    grainOrder.flatMap((grain) => {
      const own = rows.filter((row) => row.band === band && row.grain === grain);
      if (own.length === 0) return [];
      return [{ band, grain, ...sidesOf(own) } as AccuracyAnswer['bands'][number]];
    }),
  );
}

function eventsOf(rows: readonly LedgerRow[]): AccuracyAnswer['events'] {
  const ids = [...new Set(rows.map(({ event }) => event!))];
  return ids.flatMap((id) =>
    bands.flatMap(({ band }) => {
      const own = rows.filter((row) => row.event === id && row.band === band);
      return own.length === 0 ? [] : [{ id, band, ...sidesOf(own) } as AccuracyAnswer['events'][number]];
    }),
  );
}

const sidesOf = (rows: readonly LedgerRow[]) => ({
  model: writtenOf(scoresOf(sumOf(rows, 'model'))),
  naive: writtenOf(scoresOf(sumOf(rows, 'naive'))),
});

/** What can be said of scores, to seven digits. */
function writtenOf({ steps, peaks, mase: _, pinball, ...rest }: Scores) {
  const known = Object.entries(finite(rest)).map(([name, value]) => [name, rounded(value as number)]);
  return {
    steps,
    peaks,
    ...Object.fromEntries(known),
    ...(pinball.every(Number.isFinite) && { pinball: pinball.map(rounded) }),
  };
}

const ahead: Record<string, string> = {
  '1h': 'up to an hour ahead',
  '1d': 'up to a day ahead',
  '7d': 'one to seven days ahead',
  '30d': 'a week to thirty days ahead',
  '90d': 'one to three months ahead',
  '1y': 'three months to a year ahead',
  longer: 'more than a year ahead',
};

function wordsOf(
  record: SeriesRecord,
  { bands: all }: Pick<AccuracyAnswer, 'bands'>,
  track: TrackRecord | undefined,
): string[] {
  if (all.length === 0)
    return [
      `No forecast of ${seriesId(record)} is scored on these days: the first one is, once a whole local day has come after it.`,
    ];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const words = all.flatMap(({ band, grain, model, naive }) => {
    if (grain !== 'step' || model.wape === undefined || naive.wape === undefined) return [];
    const gain = 1 - model.wape / naive.wape;
    const beside = Number.isFinite(gain) ? `, ${percent(Math.abs(gain))} ${gain >= 0 ? 'less' : 'more'}` : '';
    const held = model.coverage === undefined ? '' : ` 80 % intervals held ${percent(model.coverage)}.`;
    return [
      `Forecasts ${ahead[band]} were off by ${percent(model.wape)} of the load (the seasonal naive by ${percent(naive.wape)}${beside}).${held}`,
    ];
  });
  return [...words, ...widthWords(track)];
}

/** What was done about the width of intervals. */
function widthWords(track: TrackRecord | undefined): string[] {
  const changed = (track?.widths ?? []).filter(
    ({ until, factor }) => until <= 366 && Math.abs(factor - 1) >= 0.02,
  );
  return changed.map(
    ({ until, factor }) =>
      `For what was seen of late, intervals up to ${until === 1 ? 'a day' : `${until} days`} ahead are made ${factor} times as wide.`,
  );
}
