import type { Profile } from '../model/types.ts';
import { profileRow, profileTerms } from './design.ts';

const position = new Int32Array(profileTerms);
const value = new Float64Array(profileTerms);

/** Writes the profile of one day, block by block: its terms times their coefficients, never below zero. */
export function writeProfile(profile: Profile, day: number, dayOff: boolean, out: Float64Array): void {
  const { blocks, coefficients } = profile;
  const n = profileRow(day, dayOff, profile.lastDay, true, position, value);
  out.fill(0);
  let i = 0;
  for (; i + 1 < n; i += 2)
    addTwo(coefficients, position[i]! * blocks, value[i]!, position[i + 1]! * blocks, value[i + 1]!, out);
  if (i < n) addTwo(coefficients, position[i]! * blocks, value[i]!, 0, 0, out);
  for (let b = 0; b < blocks; b++) if (!(out[b]! > 0)) out[b] = 0;
}

/** Two rows of coefficients at once: half the loads and stores. */
function addTwo(
  coefficients: Float32Array,
  from: number,
  x: number,
  otherFrom: number,
  otherX: number,
  out: Float64Array,
): void {
  for (let b = 0; b < out.length; b++)
    out[b]! += x * coefficients[from + b]! + otherX * coefficients[otherFrom + b]!;
}
