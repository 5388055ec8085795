/**
 * How demand falls back after a launch: lift(t) = 1 + floor + rest · g(t/τ), t in days, with g exponential (what one
 * audience leaves behind) or hyperbolic 1/(1 + t/τ) (attention relaxing, as Crane & Sornette 2008 find it).
 */
export interface Decay {
  floor: number;
  rest: number;
  /** Days. */
  tau: number;
  hyperbolic: boolean;
}

/** What a launch did over [from, until) days since its start. */
export interface LaunchPoint {
  from: number;
  until: number;
  /** Seen over expected without it. */
  ratio: number;
}

/** From a quarter of an hour to two months, each a fifth longer than the one before. */
const taus = Array.from({ length: 49 }, (_, i) => 1.2 ** i / 96);
/** Before much is known a tenth of what is added stays, and a day's worth of points says so. */
const usualFloor = 0.1;
const leastRatio = 0.25;

/** Where nothing was ever launched: half of it is gone after two days, a tenth stays. Its height is 1. */
export const usualDecay: Decay = { floor: usualFloor, rest: 1 - usualFloor, tau: 2, hyperbolic: true };

export const heightOf = ({ floor, rest }: Decay): number => floor + rest;

/** Mean of what is added over [from, until) days. */
export function addedBetween({ floor, rest, tau, hyperbolic }: Decay, from: number, until: number): number {
  return floor + rest * meanFall(from / tau, until / tau, hyperbolic);
}

function meanFall(u: number, v: number, hyperbolic: boolean): number {
  if (v - u < 1e-9) return hyperbolic ? 1 / (1 + u) : Math.exp(-u);
  return (hyperbolic ? Math.log((1 + v) / (1 + u)) : Math.exp(-u) - Math.exp(-v)) / (v - u);
}

/**
 * Least squares in floor and rest (neither below 0) for each τ and both forms; the best of them. Points weigh by the root of
 * their length and, as errors grow with what is seen, by 1/ratio². Undefined where nothing was added.
 */
export function fitDecay(points: readonly LaunchPoint[]): Decay | undefined {
  let best: Decay | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const hyperbolic of [false, true])
    for (const tau of taus) {
      const { decay, loss } = fitForm(points, tau, hyperbolic);
      if (loss >= least) continue;
      least = loss;
      best = decay;
    }
  return best !== undefined && heightOf(best) > 0 ? best : undefined;
}

function fitForm(points: readonly LaunchPoint[], tau: number, hyperbolic: boolean) {
  // One pseudo-point: floor − 0.1 rest/(1 − 0.1) = 0.
  const share = usualFloor / (1 - usualFloor);
  let [ff, fr, rr, fy, ry, yy] = [1, -share, share * share, 0, 0, 0];
  for (const { from, until, ratio } of points) {
    const w = Math.sqrt(until - from) / Math.max(leastRatio, ratio) ** 2;
    const g = meanFall(from / tau, until / tau, hyperbolic);
    const y = ratio - 1;
    ff += w;
    fr += w * g;
    rr += w * g * g;
    fy += w * y;
    ry += w * g * y;
    yy += w * y * y;
  }
  const determinant = ff * rr - fr * fr;
  let floor = determinant > 1e-12 * ff * rr ? (fy * rr - ry * fr) / determinant : 0;
  let rest = determinant > 1e-12 * ff * rr ? (ry * ff - fy * fr) / determinant : -1;
  if (floor < 0 || rest < 0) {
    const [onlyFloor, onlyRest] = [Math.max(0, fy / ff), rr > 0 ? Math.max(0, ry / rr) : 0];
    const keepRest = ry * onlyRest >= fy * onlyFloor;
    [floor, rest] = keepRest ? [0, onlyRest] : [onlyFloor, 0];
  }
  const loss =
    yy - 2 * (floor * fy + rest * ry) + floor * floor * ff + 2 * floor * rest * fr + rest * rest * rr;
  return { decay: { floor, rest, tau, hyperbolic }, loss };
}
