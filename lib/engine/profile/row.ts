import type { Profile } from '../model/types.ts';
import { profileRow, profileTerms } from './design.ts';

const position = new Int32Array(profileTerms);
const value = new Float64Array(profileTerms);

/** Terms that were not fitted have no weight. */
const everyTerm = { weekly: true, yearly: true };

/** Writes the profile of one day, block by block: its terms times their coefficients, never below zero. */
export function writeProfile(profile: Profile, day: number, dayOff: boolean, out: Float64Array): void {
  const { blocks, coefficients } = profile;
  const n = profileRow(day, dayOff, profile.lastDay, everyTerm, position, value);
  out.fill(0);
  let i = 0;
  for (; i + 3 < n; i += 4) addFour(coefficients, blocks, i, out);
  for (; i < n; i++) addOne(coefficients, position[i]! * blocks, value[i]!, out);
  for (let b = 0; b < blocks; b++) if (!(out[b]! > 0)) out[b] = 0;
}

/** Four rows of coefficients at once: a quarter of the loads and stores. */
function addFour(coefficients: Float32Array, blocks: number, i: number, out: Float64Array): void {
  const from0 = position[i]! * blocks;
  const from1 = position[i + 1]! * blocks;
  const from2 = position[i + 2]! * blocks;
  const from3 = position[i + 3]! * blocks;
  const x0 = value[i]!;
  const x1 = value[i + 1]!;
  const x2 = value[i + 2]!;
  const x3 = value[i + 3]!;
  for (let b = 0; b < out.length; b++)
    out[b]! +=
      x0 * coefficients[from0 + b]! +
      x1 * coefficients[from1 + b]! +
      x2 * coefficients[from2 + b]! +
      x3 * coefficients[from3 + b]!;
}

function addOne(coefficients: Float32Array, from: number, x: number, out: Float64Array): void {
  for (let b = 0; b < out.length; b++) out[b]! += x * coefficients[from + b]!;
}
