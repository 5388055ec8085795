import type { CalendarEvent } from '../../engine/index.ts';
import { quoted, rounding, timeTexts } from './csv-text.ts';
import type { SeriesForecast } from './forecast-series.ts';
import type { ForecastRequest } from './options.ts';
import { WholeFile } from './whole-file.ts';

interface PeakRow {
  /** Columns before the quantiles. */
  lead: string[];
  quantiles: number[];
  time: number;
}

/** Peaks being written beside their place as CSV, with a leading column when the history has several series. */
class PeaksFile {
  private readonly file: WholeFile;
  private text: string;

  constructor(path: string, { seriesColumn, quantiles }: ForecastRequest, lead: string[]) {
    this.file = new WholeFile(path);
    const names = [...lead, ...quantiles.map((p) => `q${p}`), 'time_q0.5'];
    this.text = `${[...(seriesColumn === undefined ? [] : [quoted(seriesColumn)]), ...names].join(',')}\n`;
  }

  protected add(
    rows: PeakRow[],
    forecast: SeriesForecast,
    timeText: (ms: number) => string,
    series?: string,
  ) {
    const round = rounding(forecast);
    for (const { lead, quantiles, time } of rows) {
      const columns = [...lead.map(quoted), ...quantiles.map(round), timeText(time)];
      this.text += `${series === undefined ? '' : `${quoted(series)},`}${columns.join(',')}\n`;
    }
  }

  commit() {
    this.file.write(this.text);
    this.file.commit();
  }

  abandon() {
    this.file.abandon();
  }
}

/** `day,q0.1,…,time_q0.5`: a row a local day, with its highest hourly mean. */
export class DayPeaksFile extends PeaksFile {
  private readonly timeZone: string;

  constructor(path: string, request: ForecastRequest) {
    super(path, request, ['day']);
    this.timeZone = request.timeZone;
  }

  write(forecast: SeriesForecast, options: { series?: string; bareDates: boolean }) {
    const date = timeTexts(this.timeZone, true);
    const { day, quantiles, time } = forecast.dayPeaks();
    const rows = Array.from(day, (at, i) => ({
      lead: [date(at)],
      quantiles: quantiles.map((column) => column[i]!),
      time: time[i]!,
    }));
    this.add(rows, forecast, timeTexts(this.timeZone, options.bareDates), options.series);
  }
}

/** `event,start,end,q0.1,…,time_q0.5`: a row an event that reaches into the forecast, with its highest step there. */
export class EventPeaksFile extends PeaksFile {
  private readonly timeZone: string;
  private readonly events: readonly CalendarEvent[];

  constructor(path: string, request: ForecastRequest, events: readonly CalendarEvent[]) {
    super(path, request, ['event', 'start', 'end']);
    this.timeZone = request.timeZone;
    this.events = events;
  }

  write(forecast: SeriesForecast, options: { series?: string; bareDates: boolean }) {
    const text = timeTexts(this.timeZone, options.bareDates);
    // A launch has no end: its peak is sought until the forecast's.
    const spanOf = ({ start, end = Number.POSITIVE_INFINITY }: CalendarEvent) =>
      forecast.withinForecast({ start, end });
    const events = this.events.filter((event) => spanOf(event) !== undefined);
    const { quantiles, time } = forecast.spanPeaks(events.map((event) => spanOf(event)!));
    const rows = events.map(({ id, start, end }, i) => ({
      lead: [id, text(start), end === undefined ? '' : text(end)],
      quantiles: quantiles.map((column) => column[i]!),
      time: time[i]!,
    }));
    this.add(rows, forecast, text, options.series);
  }
}
