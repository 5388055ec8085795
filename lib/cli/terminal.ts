/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether `err` is a screen on which a line can be overwritten. */
  interactive: boolean;
  /** Columns of the screen. */
  width: number;
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  width: process.stdout.columns ?? 100,
};

/** One stage of work that may take over a second. */
export interface Stage {
  /** What it does at the moment; overwritten on a screen, left out elsewhere. */
  now(words: string): void;
  done(words?: string): void;
}

/** Says on stderr that something has begun, how far it is, and how long it took. */
export function stage(terminal: Terminal, title: string): Stage {
  const begun = performance.now();
  const line = (words: string) => (words === '' ? title : `${title}: ${words}`);
  const overwrite = (text: string) => terminal.err(`\r\x1b[2K${text.slice(0, terminal.width - 1)}`);
  if (terminal.interactive) overwrite(`${title} …`);
  else terminal.err(`${title} …\n`);
  return {
    now(words) {
      if (terminal.interactive) overwrite(`${line(words)} …`);
    },
    done(words = '') {
      const text = `${line(words)} (${((performance.now() - begun) / 1000).toFixed(1)} s)\n`;
      terminal.err(terminal.interactive ? `\r\x1b[2K${text}` : text);
    },
  };
}
