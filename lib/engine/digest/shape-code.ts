/**
 * A step over its block's mean in 8 bits: 0 is exactly zero, 255 is missing, and between them
 * r = 1 + sinh(u)/4 with u even from r = 0 to r = 32: steps of 0.8 % around 1, coarser far away.
 */
const low = Math.asinh(-4);
const high = Math.asinh(4 * 31);
export const missingCode = 255;

/** Ratio of each code. */
export const ratioOfCode = new Float64Array(256);
for (let code = 1; code < missingCode; code++)
  ratioOfCode[code] = 1 + Math.sinh(low + ((code - 0.5) / 254) * (high - low)) / 4;
ratioOfCode[missingCode] = Number.NaN;

const cells = 512;
const codeOfCell = new Uint8Array(32 * cells + 1);
for (let cell = 0, code = 1; cell < codeOfCell.length; cell++) {
  const ratio = (cell + 0.5) / cells;
  while (code < missingCode - 1 && (ratioOfCode[code]! + ratioOfCode[code + 1]!) / 2 < ratio) code++;
  codeOfCell[cell] = code;
}

/** The code of a ratio; negative ratios (gauges around zero) count as zero. */
export function codeOfRatio(ratio: number): number {
  if (!(ratio > 0)) return 0;
  return ratio >= 32 ? missingCode - 1 : codeOfCell[(ratio * cells) | 0]!;
}
