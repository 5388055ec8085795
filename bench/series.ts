import type { Observations } from '../lib/engine/index.ts';

const minuteMs = 60_000;

/**
 * Minutes of made-up requests up to 2026-01-01: a day's wave, quieter weekends, growth, and noise that is the same on
 * every machine. `seed` sets series apart.
 */
export function madeUpMinutes(minutes: number, seed: number): Observations {
  const time = new Float64Array(minutes);
  const value = new Float64Array(minutes);
  const first = Date.UTC(2026, 0, 1) - minutes * minuteMs;
  let state = seed * 2_654_435_761 + 1;
  for (let i = 0; i < minutes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const days = i / 1440;
    const weekend = Math.floor(days) % 7 < 2 ? 0.7 : 1;
    const wave = 1.5 + Math.sin(2 * Math.PI * (days - 0.4)) + 0.2 * Math.sin(4 * Math.PI * days);
    const level = (200 + 20 * seed) * weekend * wave * (1 + days / 2000);
    time[i] = first + i * minuteMs;
    value[i] = Math.round(level * (0.9 + (0.2 * state) / 2 ** 32));
  }
  return { time, value };
}
