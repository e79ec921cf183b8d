/**
 * Where the polynomials of F(4, 3) are taken, besides 0 and infinity: ±3/4 and ±3/2. The coefficients that
 * come of them are exact in float32, and the error is half of that with the usual ±1 and ±2
 * (bench/NOTES.md).
 */
export const A: f32 = 0.75;
export const B: f32 = 1.5;
export const A2: f32 = A * A;
export const B2: f32 = B * B;
