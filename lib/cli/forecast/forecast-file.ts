import { localParts } from '../../engine/index.ts';
import type { SeriesForecast } from './forecast-series.ts';
import { WholeFile } from './whole-file.ts';

const chunk = 1 << 18;

/** Texts of ascending times: bare local dates, or instants with Z. */
export function timeTexts(timeZone: string, bareDates: boolean): (ms: number) => string {
  const two = (n: number) => String(n).padStart(2, '0');
  if (bareDates)
    return (ms) => {
      const { year, month, day } = localParts(timeZone, ms);
      return `${year}-${two(month)}-${two(day)}`;
    };
  const day = 86_400_000;
  let midnight = Number.NaN;
  let date = '';
  return (ms) => {
    if (!(ms >= midnight && ms < midnight + day)) {
      midnight = Math.floor(ms / day) * day;
      date = new Date(midnight).toISOString().slice(0, 11);
    }
    const second = Math.floor((ms - midnight) / 1000);
    const fraction = ms % 1000 === 0 ? '' : `.${String(ms - midnight - second * 1000).padStart(3, '0')}`;
    return `${date}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}${fraction}Z`;
  };
}

/**
 * Decimals that leave six digits of the largest number of a series, and never fewer than three. A count is smaller in
 * finer steps, so those get more: minutes still add up to their hours.
 */
function rounding({ history, metricKind, grainSeconds, stepSeconds }: SeriesForecast) {
  let largest = 0;
  for (const y of history.value) if (Math.abs(y) > largest) largest = Math.abs(y);
  if (metricKind === 'count') largest *= Math.min(1, grainSeconds / stepSeconds);
  const decimals = Math.min(300, Math.max(3, 6 - Math.ceil(Math.log10(largest || 1))));
  const scale = 10 ** decimals;
  return (value: number) =>
    (Math.abs(value) * scale < 2 ** 53 ? Math.round(value * scale) / scale : value) + 0;
}

export const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A forecast being written beside its place, as CSV: `timestamp,mean,q0.1,…`, a row a step, with a leading column when
 * the history has several series. It takes its place, whole, by `commit`; until then nothing is there.
 */
export class ForecastFile {
  private readonly file: WholeFile;
  private readonly timeZone: string;
  private text = '';

  constructor(
    path: string,
    {
      timeZone,
      seriesColumn,
      quantiles,
    }: { timeZone: string; seriesColumn?: string; quantiles: readonly number[] },
  ) {
    this.timeZone = timeZone;
    this.file = new WholeFile(path);
    const names = ['timestamp', 'mean', ...quantiles.map((p) => `q${p}`)];
    this.text = `${[...(seriesColumn === undefined ? [] : [quoted(seriesColumn)]), ...names].join(',')}\n`;
  }

  write(forecast: SeriesForecast, options: { series?: string; bareDates: boolean }) {
    const timeText = timeTexts(this.timeZone, options.bareDates);
    const lead = options.series === undefined ? '' : `${quoted(options.series)},`;
    const round = rounding(forecast);
    for (const { time, mean, quantiles } of forecast.expansions()) {
      const columns = [mean, ...quantiles];
      for (let i = 0; i < time.length; i++) {
        let row = lead + timeText(time[i]!);
        for (const column of columns) row += `,${round(column[i]!)}`;
        this.text += `${row}\n`;
        if (this.text.length > chunk) this.flush();
      }
    }
  }

  private flush() {
    this.file.write(this.text);
    this.text = '';
  }

  commit() {
    this.flush();
    this.file.commit();
  }

  abandon() {
    this.file.abandon();
  }
}
