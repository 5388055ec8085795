const yearDays = 365.2425;
const smoothedOver = 28;
/** Changes over about two, three and six months: shorter ones are weather, and no season. */
const spans = [56, 91, 182];
/** What two years agree before anything is known, and how many independent changes that is worth. */
const usualAgreement = 0.6;
const usualWorth = 1;

/**
 * How far the years of a history agree: the share of a yearly wave, as the mean of all its years has it, that may be
 * expected to come again, 0 … 1. `level` is the log level of rows with its yearly part and without the other ones (NaN
 * where missing).
 *
 * Changes a of the smoothed level over two, three and six months, less their mean, are held beside those of a year before, b:
 * the concordance 2 Σab / Σ(a² + b²) says how far one year foretells the next (Lin 1989, without means), in measure of
 * how many such changes there were side by side. A mean of K years foretells K ρ / (1 + (K − 1) ρ) (Spearman 1910, Brown 1910).
 */
export function yearAgreement(level: Float64Array, daysPerRow: number): number {
  const lag = Math.round(yearDays / daysPerRow);
  const n = level.length;
  const smooth = smoothed(level, Math.max(1, Math.round(smoothedOver / daysPerRow / 2)));
  let sum = usualWorth * usualAgreement;
  let worth = usualWorth;
  for (const days of spans) {
    const h = Math.round(days / daysPerRow);
    const change = smooth.map((from, t) => (t + h < n ? smooth[t + h]! - from : Number.NaN));
    const seen = change.filter((d) => !Number.isNaN(d));
    const drift = seen.reduce((a, b) => a + b, 0) / Math.max(1, seen.length);
    let product = 0;
    let square = 0;
    let pairs = 0;
    for (let t = lag; t + h < n; t++) {
      const a = change[t]! - drift;
      const b = change[t - lag]! - drift;
      if (Number.isNaN(a + b)) continue;
      product += a * b;
      square += (a * a + b * b) / 2;
      pairs++;
    }
    if (!(square > 0)) continue;
    sum += ((pairs / h) * product) / square;
    worth += pairs / h;
  }
  const one = Math.max(0, sum / worth);
  const years = Math.max(1, n / lag);
  return (years * one) / (1 + (years - 1) * one);
}

/** Running mean over `reach` rows at each side; NaN where fewer than half are seen. */
function smoothed(x: Float64Array, reach: number): Float64Array {
  return x.map((_, t) => {
    let sum = 0;
    let seen = 0;
    for (let u = Math.max(0, t - reach); u <= Math.min(x.length - 1, t + reach); u++) {
      if (Number.isNaN(x[u]!)) continue;
      sum += x[u]!;
      seen++;
    }
    return seen > reach ? sum / seen : Number.NaN;
  });
}
