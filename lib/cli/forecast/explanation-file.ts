import { quoted, timeTexts } from './csv-text.ts';
import type { SeriesForecast } from './forecast-series.ts';
import type { WholeFile } from './whole-file.ts';

/** A forecast whose ingredients are to be written. */
export interface Explained {
  series: string;
  forecast: SeriesForecast;
  bareDates: boolean;
}

/**
 * Writes `timestamp,mean,<ingredients>`, a row a step, with a leading column when the history has several series.
 * Numbers are written whole: the ingredients of a row add up to its mean. A series has every ingredient of the file,
 * those that are not its own as zeros. The file takes its place by `commit`.
 */
export function writeExplanations(
  file: WholeFile,
  explained: readonly Explained[],
  { timeZone, seriesColumn }: { timeZone: string; seriesColumn?: string },
): void {
  const names = new Set<string>();
  for (const { forecast } of explained)
    for (const { ingredients } of forecast.explanations())
      for (const { name } of ingredients) names.add(name);
  const lead = seriesColumn === undefined ? [] : [seriesColumn];
  file.write(`${[...lead, 'timestamp', 'mean', ...names].map(quoted).join(',')}\n`);
  for (const { series, forecast, bareDates } of explained) {
    const timeText = timeTexts(timeZone, bareDates);
    const start = seriesColumn === undefined ? '' : `${quoted(series)},`;
    for (const { time, mean, ingredients } of forecast.explanations()) {
      const byName = new Map(ingredients.map(({ name, value }) => [name, value]));
      const columns = [...names].map((name) => byName.get(name));
      let text = '';
      for (let i = 0; i < time.length; i++) {
        text += `${start}${timeText(time[i]!)},${mean[i]}`;
        for (const column of columns) text += `,${column?.[i] ?? 0}`;
        text += '\n';
      }
      file.write(text);
    }
  }
}
