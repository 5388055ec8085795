import type { Profile } from '../model/types.ts';
import { profileRow, profileTerms } from './design.ts';

const position = new Int32Array(profileTerms);
const value = new Float64Array(profileTerms);

/** Writes the profile of one day, block by block: its terms times their coefficients, never below zero. */
export function writeProfile(profile: Profile, day: number, dayOff: boolean, out: Float64Array): void {
  const { blocks, coefficients } = profile;
  const n = profileRow(day, dayOff, profile.lastDay, true, position, value);
  out.fill(0);
  for (let i = 0; i < n; i++) {
    const x = value[i]!;
    const at = position[i]! * blocks;
    for (let b = 0; b < blocks; b++) out[b]! += x * coefficients[at + b]!;
  }
  for (let b = 0; b < blocks; b++) if (!(out[b]! > 0)) out[b] = 0;
}
