import { quoted, rounding, timeTexts } from './csv-text.ts';
import type { SeriesForecast } from './forecast-series.ts';
import { WholeFile } from './whole-file.ts';

const chunk = 1 << 18;

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
