import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type SupposedChange, supposedChange } from '../../service/contracts/what-if.ts';
import { client, type WhatIf } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { localText, number, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, instant, jsonOption } from './options.ts';

interface WhatIfOptions extends ApiOptions {
  json?: true;
  add: string[];
  move: string[];
  cancel: string[];
  scale: { id: string; factor: number }[];
  growth?: number;
  start?: number;
  end?: number;
  grain: 'minute' | 'hour' | 'day' | 'week';
}

const each = <T>(value: T, all: T[]) => [...all, value];

export function whatIfCommand(terminal: Terminal): Command {
  return new Command('what-if')
    .description('forecasts as they would be with another calendar or other growth; nothing is stored')
    .argument('<series...>', 'team/region/metric, up to 20')
    .option('--move <event=start..end>', 'to another start and end; either may be left out', each<string>, [])
    .option('--add <file>', 'an event, or a list of events, as JSON', each<string>, [])
    .option('--cancel <event>', 'without it', each<string>, [])
    .option(
      '--scale <event=factor>',
      'as many times as large',
      (text, all: WhatIfOptions['scale']) => [...all, scaleOf(text)],
      [],
    )
    .option('--growth <factor>', 'demand grows by this factor a year more', positive)
    .option('--start <instant>', 'of the window that is shown', instant)
    .option('--end <instant>', 'of the window that is shown, exclusive', instant)
    .addOption(
      new Option('--grain <grain>', 'of the rows that --json prints')
        .choices(['minute', 'hour', 'day', 'week'])
        .default('hour'),
    )
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Peaks are of the highest step within each changed event (without one, within the window): half of the times they are below
P50, nine times of ten below P90.

Examples:
  $ cloudtune what-if shop/eu/orders --move bf-2026=2026-11-27..2026-11-29
  $ cloudtune what-if shop/eu/orders shop/us/orders --scale bf-2026=1.5
  $ cloudtune what-if shop/eu/orders --growth 1.3 --end 2027-06-01T00:00:00Z`,
    )
    .action(async (series: string[], options: WhatIfOptions) => {
      const { start, end, growth, grain } = options;
      const calendar: SupposedChange[] = [
        ...options.add.flatMap(added),
        ...options.move.map(moveOf),
        ...options.scale.map((scale) => ({ op: 'scale' as const, ...scale })),
        ...options.cancel.map((id) => ({ op: 'cancel' as const, id })),
      ];
      if (calendar.length === 0 && growth === undefined)
        throw new CommandFailure(
          'Expected something to suppose: --move, --add, --cancel, --scale or --growth',
          2,
        );
      const answer = await client(findEndpoint(options)).whatIf({
        series,
        calendar,
        grain,
        ...(growth !== undefined && { growth }),
        ...(start !== undefined && { start: new Date(start).toISOString() }),
        ...(end !== undefined && { end: new Date(end).toISOString() }),
      });
      terminal.out(options.json ? `${JSON.stringify(answer, null, 2)}\n` : inWords(answer));
      for (const { event, warning } of answer.warnings) terminal.err(`Warning: "${event}": ${warning}.\n`);
      for (const { seriesId, reason } of answer.refused) terminal.err(`${seriesId}: ${reason}\n`);
      if (answer.refused.length > 0) throw new CommandFailure('Not all series could be asked.');
    });
}

function inWords({ series }: WhatIf): string {
  const rows = series.flatMap(({ seriesId, timeZone, peaks }) =>
    peaks.flatMap(({ event = 'window', published, whatIf }) =>
      (['0.5', '0.9', '0.99'] as const).map((p, i) => {
        const [from, to] = [published?.quantiles[p], whatIf?.quantiles[p]];
        return [
          i === 0 ? seriesId : '',
          i === 0 ? event : '',
          `P${Number(p) * 100}`,
          from === undefined ? '–' : number(from),
          to === undefined ? '–' : number(to),
          from === undefined || to === undefined || from <= 0 ? '–' : signed(to / from - 1),
          i === 0 && whatIf !== undefined ? localText(Date.parse(whatIf.time), timeZone) : '',
        ];
      }),
    ),
  );
  const totals = series.map(({ seriesId, metricKind, published, whatIf, time }) => {
    const sum = (column: number[]) => column.reduce((a, b) => a + b, 0);
    const [from, to] = [sum(published.mean), sum(whatIf.mean)];
    const what = metricKind === 'count' ? 'Sum' : 'Mean';
    const divided = metricKind === 'count' ? 1 : time.length;
    return `${what} of ${seriesId} from ${time[0]} on: ${number(from / divided)} → ${number(to / divided)} (${from > 0 ? signed(to / from - 1) : '–'})\n`;
  });
  return `${table(['series', 'event', 'peak', 'published', 'what if', 'change', 'likely at'], rows)}\n${totals.join('')}`;
}

const signed = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)} %`;

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Expected a factor above 0, such as 1.2.');
  return value;
}

function scaleOf(text: string): { id: string; factor: number } {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected EVENT=FACTOR, such as bf-2026=1.5.');
  return { id: text.slice(0, at), factor: positive(text.slice(at + 1)) };
}

function moveOf(text: string): SupposedChange {
  const found = /^(.+)=([^=]*)\.\.([^=]*)$/.exec(text);
  const [, id, start, end] = found ?? [];
  const change = supposedChange.safeParse({
    op: 'move',
    id,
    ...(start && { start }),
    ...(end && { end }),
  });
  if (found === null || (!start && !end) || !change.success)
    throw new CommandFailure(
      `--move ${text}: expected EVENT=START..END with times as the calendar has them, such as bf-2026=2026-11-27..2026-11-29 or bf-2026=..2026-11-29`,
      2,
    );
  return change.data;
}

function added(file: string): SupposedChange[] {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return (Array.isArray(json) ? json : [json]).map((event) => ({ op: 'put', event }) as SupposedChange);
  } catch (error) {
    throw new CommandFailure(`${file}: the event cannot be read: ${(error as Error).message}`, 2);
  }
}
