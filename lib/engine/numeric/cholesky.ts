/** Replaces the lower triangle of a symmetric positive definite matrix (p × p, row by row) by its Cholesky factor. */
export function cholesky(a: Float64Array, p: number): void {
  for (let i = 0; i < p; i++) {
    const ri = i * p;
    for (let j = 0; j <= i; j++) {
      const rj = j * p;
      let sum = a[ri + j]!;
      for (let k = 0; k < j; k++) sum -= a[ri + k]! * a[rj + k]!;
      a[ri + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / a[rj + j]!;
    }
  }
}

/** Solves L Lᵀ x = b in place for `columns` right-hand sides: b has shape (p, columns). */
export function choleskySolve(l: Float64Array, p: number, b: Float64Array, columns: number): void {
  for (let i = 0; i < p; i++) {
    const bi = i * columns;
    for (let k = 0; k < i; k++) {
      const x = l[i * p + k]!;
      if (x === 0) continue;
      const bk = k * columns;
      for (let c = 0; c < columns; c++) b[bi + c]! -= x * b[bk + c]!;
    }
    const inverse = 1 / l[i * p + i]!;
    for (let c = 0; c < columns; c++) b[bi + c]! *= inverse;
  }
  for (let i = p - 1; i >= 0; i--) {
    const bi = i * columns;
    const inverse = 1 / l[i * p + i]!;
    for (let c = 0; c < columns; c++) b[bi + c]! *= inverse;
    for (let k = 0; k < i; k++) {
      const x = l[i * p + k]!;
      if (x === 0) continue;
      const bk = k * columns;
      for (let c = 0; c < columns; c++) b[bk + c]! -= x * b[bi + c]!;
    }
  }
}

/** Diagonal of (L Lᵀ)⁻¹: squared column norms of L⁻¹, built row by row in the scratch matrix `m` (p × p). */
export function inverseDiagonal(l: Float64Array, p: number, m: Float64Array): Float64Array {
  m.fill(0);
  const diagonal = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    const ri = i * p;
    for (let k = 0; k < i; k++) {
      const x = l[ri + k]!;
      if (x === 0) continue;
      const rk = k * p;
      for (let j = 0; j <= k; j++) m[ri + j]! -= x * m[rk + j]!;
    }
    const inverse = 1 / l[ri + i]!;
    m[ri + i] = 1;
    for (let j = 0; j <= i; j++) {
      const x = m[ri + j]! * inverse;
      m[ri + j] = x;
      diagonal[j]! += x * x;
    }
  }
  return diagonal;
}
