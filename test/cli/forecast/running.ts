import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { CommandFailure } from '../../../lib/cli/failure.ts';
import { forecastCommand } from '../../../lib/cli/forecast/index.ts';
import type { Summary } from '../../../lib/cli/forecast/summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
let files = 0;

/** A file of these contents. */
export function file(contents: string | Uint8Array, ending = 'csv'): string {
  const path = join(folder, `${files++}.${ending}`);
  writeFileSync(path, contents);
  return path;
}

export interface Ran {
  code: number;
  out: string;
  err: string;
  /** Lines of the forecast, the header first; none when nothing was written. */
  lines: string[];
  summary: Summary | undefined;
  /** What else is left in the folder of the output. */
  left: string[];
}

/** Runs `cloudtune forecast` with an output and a summary (or without, for what it prints). */
export async function forecast(history: string, args: string[], options = { files: true }): Promise<Ran> {
  const target = mkdtempSync(join(folder, 'out-'));
  const output = join(target, 'forecast.csv');
  const summary = join(target, 'summary.json');
  const texts = { out: '', err: '' };
  const command = forecastCommand({
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
    interactive: false,
    width: 100,
  });
  command.exitOverride().configureOutput({
    writeErr: (text) => {
      texts.err += text;
    },
  });
  const program = new Command().addCommand(command).exitOverride();
  let code = 0;
  try {
    const more = options.files ? ['--output', output, '--summary', summary] : [];
    await program.parseAsync(['forecast', history, ...args, ...more], { from: 'user' });
  } catch (error) {
    if (error instanceof CommandFailure) {
      texts.err += error.message;
      code = error.exitCode;
    } else if (error instanceof CommanderError) code = 2;
    else throw error;
  }
  return {
    code,
    ...texts,
    lines: existsSync(output) ? readFileSync(output, 'utf8').trimEnd().split('\n') : [],
    summary: existsSync(summary) ? (JSON.parse(readFileSync(summary, 'utf8')) as Summary) : undefined,
    left: readdirSync(target).filter((name) => !['forecast.csv', 'summary.json'].includes(name)),
  };
}

const dayMs = 86_400_000;

/** A value with a day's and a week's shape. */
export const demand = (ms: number) => {
  const hour = (ms % dayMs) / 3_600_000;
  const weekend = Math.floor(ms / dayMs + 3) % 7 >= 5;
  return Math.round(1000 * (1.5 + Math.sin(((hour - 9) / 24) * 2 * Math.PI)) * (weekend ? 0.6 : 1));
};

/** Rows every `stepMs` from start to end, written by `text`. */
export function rows(
  start: string,
  end: string,
  stepMs: number,
  text = (ms: number) => new Date(ms).toISOString(),
) {
  const lines: string[] = [];
  for (let at = Date.parse(start); at < Date.parse(end); at += stepMs)
    lines.push(`${text(at)},${demand(at)}`);
  return lines;
}

export const hour = 3_600_000;
export const day = dayMs;
export const csv = (lines: string[]) => file(['timestamp,value', ...lines, ''].join('\n'));
export const bareDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);
