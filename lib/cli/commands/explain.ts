import { Command, Option } from 'commander';
import { addLocalDays } from '../../engine/index.ts';
import type { Grain } from '../../service/contracts/http.ts';
import { client, type Explanation } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { localText, number, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, findSeries, instant, jsonOption } from './options.ts';

interface ExplainOptions extends ApiOptions {
  grain: Grain;
  start?: number;
  end?: number;
  json?: true;
}

/** Days shown when no end is asked for. */
const days: Record<Grain, number> = { minute: 1, hour: 1, day: 7, week: 56 };

export function explainCommand(terminal: Terminal): Command {
  return new Command('explain')
    .description('say what a forecast is made of, and what was found in its history')
    .argument('<series>', 'as team/region/metric')
    .addOption(
      new Option('--grain <grain>', 'spacing of the rows')
        .choices(['minute', 'hour', 'day', 'week'])
        .default('day'),
    )
    .option('--start <instant>', 'first instant (default: where the forecast starts)', instant)
    .option('--end <instant>', 'first instant no longer explained', instant)
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune explain worldcup98/fr/requests\n  $ cloudtune explain worldcup98/fr/requests --grain hour --start 1998-07-11T22:00:00Z',
    )
    .action(async (name: string, options: ExplainOptions) => {
      const api = client(findEndpoint(options));
      const series = await findSeries(api, name);
      const { grain } = options;
      const start = options.start ?? Date.parse(series.forecast?.cutoff ?? series.lastTime);
      const end = options.end ?? addLocalDays(series.timeZone, start, days[grain]);
      const explanation = await api.explanation(series, { start, end, grain });
      terminal.out(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : shown(explanation));
    });
}

/** A row a step: what each ingredient adds, and the mean that they add up to. */
function shown({ time, mean, ingredients, grain, timeZone, words }: Explanation): string {
  const some = ingredients.filter(({ value }) => value.some((x) => Math.abs(x) > 1e-9));
  const fine = grain === 'minute' || grain === 'hour';
  const rows = time.map((at, i) => [
    localText(Date.parse(at), timeZone).slice(0, fine ? 16 : 10),
    ...some.map(({ value }) => number(value[i]!)),
    number(mean[i]!),
  ]);
  const head = [grain, ...some.map(({ name }) => name.replace(/^event /, '')), 'mean'];
  return [table(head, rows), ...words.map((lesson) => `${lesson.words}\n`)].join('');
}
