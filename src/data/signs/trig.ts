/**
 * Sine and cosine as polynomials. Math.sin may differ between engines in the last bit; these use
 * only + - *, so images are the same to the byte everywhere.
 */

/** Sine of an angle in [-pi/2, pi/2] radians, error below 1e-7. */
function sinCore(x: number): number {
  const s = x * x;
  return x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - s / 110)))));
}

/** Sine of any angle in radians. */
export function sin(angle: number): number {
  const turn = angle - Math.floor((angle + Math.PI) / (2 * Math.PI)) * 2 * Math.PI;
  if (turn > Math.PI / 2) {
    return sinCore(Math.PI - turn);
  }
  return turn < -Math.PI / 2 ? sinCore(-Math.PI - turn) : sinCore(turn);
}

/** Cosine of any angle in radians. */
export function cos(angle: number): number {
  return sin(angle + Math.PI / 2);
}
