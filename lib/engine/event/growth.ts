import { type Edition, leadMinutes } from './edition.ts';

const noise = 0.1;
const noiseEditions = 4;
const growthSdOfYear = 0.3;
const mostGrowthSd = 0.1;
const yearMs = 365.25 * 86_400_000;
const leastExtra = 0.05;
const damping = 0.7;
const most = Math.LN2;

/** How what a kind adds grows from edition to edition, as a logarithm. */
export interface Growth {
  perEdition: number;
}

/**
 * Ridge slope of ln(what the event adds to the base) on the number of the edition, over the time that all editions
 * have, weekends and weekdays each around their own mean: Σ(i − ī)(x − x̄) / (Σ(i − ī)² + σ²/τ²). The prior τ is 0.3 √(years
 * from edition to edition), at most 0.1; σ is what the line leaves, held to 0.1 by four editions' worth. Of two
 * yearly editions a third of their ratio counts. Zero where one adds nothing.
 */
export function growthOf(editions: readonly Edition[]): Growth {
  const n = editions.length;
  const common = Math.min(...editions.map((e) => e.minutes));
  const sizes = editions.map((edition) => extra(edition, common));
  if (n < 2 || sizes.some((size) => !(size > leastExtra))) return { perEdition: 0 };
  let squares = 0;
  let product = 0;
  let total = 0;
  let dof = 0;
  for (const weekend of [true, false]) {
    const own = editions.flatMap((edition, i) => (edition.weekend === weekend ? [i] : []));
    const mean = (of: (i: number) => number) => own.reduce((sum, i) => sum + of(i), 0) / own.length;
    const middle = mean((i) => i);
    const centre = mean((i) => Math.log(sizes[i]!));
    for (const i of own) {
      squares += (i - middle) ** 2;
      product += (i - middle) * (Math.log(sizes[i]!) - centre);
      total += (Math.log(sizes[i]!) - centre) ** 2;
    }
    dof += Math.max(0, own.length - 1);
  }
  if (squares === 0) return { perEdition: 0 };
  const left = Math.max(0, total - product ** 2 / squares);
  const variance = (left + noiseEditions * noise ** 2) / (Math.max(0, dof - 1) + noiseEditions);
  const years = (editions[n - 1]!.start - editions[0]!.start) / (n - 1) / yearMs;
  const sd = Math.min(mostGrowthSd, growthSdOfYear * Math.sqrt(years));
  return { perEdition: product / (squares + variance / sd ** 2) };
}

/** ln growth over `editions` editions back in time and `ahead` coming ones, each of which counts 0.7 of the one before. */
export function growthOver({ perEdition }: Growth, editions: number, ahead: number): number {
  const steps = editions + (1 - damping ** ahead) / (1 - damping);
  return Math.max(-most, Math.min(most, perEdition * steps));
}

/** What an edition added to the base of its first minutes, over that base. */
export function extra({ log, base }: Edition, minutes: number): number {
  let observed = 0;
  let expected = 0;
  for (let m = leadMinutes; m < leadMinutes + minutes; m++) {
    observed += base[m]! * Math.exp(log[m]!);
    expected += base[m]!;
  }
  return observed / expected - 1;
}
