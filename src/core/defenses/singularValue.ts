/** Largest singular value of a small matrix in double precision, by Jacobi rotations. */

/** A sweep over all pairs converges quadratically: far fewer are needed. */
const SWEEPS = 60;

/**
 * @param matrix row-major [rows, columns], rows = length / columns; fewer columns are faster
 * @returns the square root of the largest eigenvalue of matrixᵀ·matrix
 */
export function largestSingularValue(matrix: ArrayLike<number>, columns: number): number {
  const gram = gramMatrix(matrix, columns);
  for (let sweep = 0; sweep < SWEEPS && !isDiagonal(gram, columns); sweep++)
    for (let p = 0; p < columns; p++)
      for (let q = p + 1; q < columns; q++) rotate(gram, columns, p, q);
  let largest = 0;
  for (let i = 0; i < columns; i++) largest = Math.max(largest, gram[i * columns + i] ?? 0);
  return Math.sqrt(largest);
}

function gramMatrix(matrix: ArrayLike<number>, columns: number): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let start = 0; start < matrix.length; start += columns)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        gram[i * columns + j] =
          (gram[i * columns + j] ?? 0) + (matrix[start + i] ?? 0) * (matrix[start + j] ?? 0);
  return gram;
}

/** Whether what is off the diagonal is rounding next to what is on it. */
function isDiagonal(a: Float64Array, n: number): boolean {
  let off = 0;
  let on = 0;
  a.forEach((value, i) => {
    if (i % (n + 1) === 0) on += value * value;
    else off += value * value;
  });
  return off <= 1e-28 * on;
}

/** One Jacobi rotation of the symmetric matrix in place: its entries (p, q) and (q, p) become 0. */
function rotate(a: Float64Array, n: number, p: number, q: number): void {
  const at = (i: number, j: number): number => a[i * n + j] ?? 0;
  if (at(p, q) === 0) return;
  const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [at(k, p), at(k, q)];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [at(p, k), at(q, k)];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
}
