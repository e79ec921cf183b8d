/** WebGPU's smallest limit of workgroups per dimension, rounded down to a power of two. */
const LONGEST = 32_768;

/** Splits a number of workgroups over two dimensions; y·z ≥ count, the shader guards the rest. */
export function gridOfRows(count: number): { readonly y: number; readonly z: number } {
  const y = Math.min(count, LONGEST);
  return { y, z: Math.ceil(count / y) };
}
