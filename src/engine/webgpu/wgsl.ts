/** Pieces of shader text. Loops over registers are unrolled here: WGSL arrays may end in memory. */

/** The lines of body(0) … body(count − 1). */
export function unroll(count: number, body: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => body(i)).join('\n');
}

export const VEC4 = 'vec4<f32>';
export const ZERO = 'vec4<f32>(0.0)';
export const HALF4 = 'vec4<f16>';

/** Marks of shaders with 16-bit numbers, and with subgroups; see `ownDevice.ts`. */
export const NEEDS_HALF = '// needs f16';
export const NEEDS_SUBGROUPS = '// needs subgroups';

/** Elements that one load brings: four where rows of `channels` are aligned, else one. */
export const loadWidth = (channels: number): 1 | 4 => (channels % 4 === 0 ? 4 : 1);

/**
 * The values at scalar index `index` and the three after it. With width 4, `index` is a multiple of
 * four; with width 1, values whose position `first` + j is not below `limit` are 0.
 */
export function loadFour(
  array: string,
  width: 1 | 4,
  index: string,
  first: string,
  limit: string,
): string {
  if (width === 4) return `${array}[(${index}) >> 2u]`;
  const parts = [0, 1, 2, 3].map(
    (j) => `select(0.0, ${array}[${index} + ${j}], ${first} + ${j} < ${limit})`,
  );
  return `${VEC4}(${parts.join(', ')})`;
}
