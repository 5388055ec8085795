import type { Terminal } from '../terminal.ts';

export interface Progress {
  show(words: string): void;
  end(): void;
}

/** One line on a screen that is overwritten, and only when the work takes over a second. */
export function progressOn(terminal: Terminal): Progress {
  const begun = performance.now();
  let shown = false;
  let words = '';
  const draw = () => {
    shown = true;
    terminal.err(`\r\x1b[2K${words.slice(0, terminal.width - 2)} …`);
  };
  const timer = terminal.interactive ? setTimeout(draw, 1000) : undefined;
  return {
    show(next) {
      words = next;
      if (terminal.interactive && performance.now() - begun > 1000) draw();
    },
    end() {
      clearTimeout(timer);
      if (shown) terminal.err('\r\x1b[2K');
      shown = false;
    },
  };
}
