/**
 * Quantile of the standard normal distribution for 0 < p < 1 by a rational approximation
 * (Abramowitz & Stegun 1964, 26.2.23): |error| < 4.5e-4.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  const t = Math.sqrt(-2 * Math.log(p < 0.5 ? p : 1 - p));
  const z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return p < 0.5 ? -z : z;
}
