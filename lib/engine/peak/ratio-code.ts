/** A ratio in 16 bits: 0 is zero, else ln r in steps of 1/4096 around 1 (e⁻⁸ … e⁸). */
const scale = 4096;
const middle = 32_768;

export const codeOfRatio = (ratio: number): number =>
  ratio > 0 ? Math.max(1, Math.min(65_535, Math.round(Math.log(ratio) * scale) + middle)) : 0;

export const ratioOfCode = (code: number): number => (code === 0 ? 0 : Math.exp((code - middle) / scale));
