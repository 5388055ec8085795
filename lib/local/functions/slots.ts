interface Waiting {
  start(): void;
  ahead: boolean;
}

/**
 * A counted number of places to run in. Who finds none waits in line, the line's head first;
 * a caller `ahead` (somebody sits in front of a screen) passes those who are not,
 * and may use the one place that is kept for such callers.
 */
export class Slots {
  readonly #size: number;
  readonly #reserved: number;
  readonly #line: Waiting[] = [];
  #taken = 0;

  /** @param size places for everybody; @param reserved further places for callers who are `ahead` */
  constructor(size: number, reserved = 0) {
    this.#size = size;
    this.#reserved = reserved;
  }

  /**
   * Waits for a place.
   *
   * @returns what gives the place back
   * @throws the signal's reason when it is aborted while waiting
   */
  take(ahead: boolean, signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#line.splice(this.#line.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        ahead,
        start: () => {
          signal?.removeEventListener('abort', leave);
          this.#taken += 1;
          resolve(() => {
            this.#taken -= 1;
            this.#admit();
          });
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      const behind = ahead ? this.#line.findIndex((other) => !other.ahead) : -1;
      this.#line.splice(behind === -1 ? this.#line.length : behind, 0, waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (;;) {
      const head = this.#line[0];
      if (head === undefined || this.#taken >= this.#size + (head.ahead ? this.#reserved : 0)) return;
      this.#line.shift();
      head.start();
    }
  }
}
