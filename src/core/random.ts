/**
 * Seeded randomness: every random number in the program comes from here, so that one seed gives
 * one result. The generator is sfc32 seeded through splitmix32; both are public-domain designs.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Integer in [0, bound). */
  below(bound: number): number;
}

function splitmix32(state: number): () => number {
  let s = state | 0;
  return () => {
    s = (s + 0x9e3779b9) | 0;
    let z = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/**
 * A generator for one purpose. `stream` separates uses of the same seed ("frgNoise", "shuffle"),
 * so that drawing more numbers for one never changes another.
 */
export function createRandom(seed: number, stream: string): Random {
  let hash = seed | 0;
  for (let i = 0; i < stream.length; i++)
    hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193) ^ (hash >>> 13);
  const mix = splitmix32(hash);
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = (): number => next() / 4294967296;
  return { uniform, below: (bound) => Math.floor(uniform() * bound) };
}

/** The integers 0…n-1 in random order (Fisher–Yates). */
export function permutation(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  return order;
}

/** At most `count` of the values, drawn without putting back, ascending. */
export function sample(values: readonly number[], count: number, random: Random): Int32Array {
  return permutation(values.length, random)
    .slice(0, count)
    .map((i) => values[i] ?? 0)
    .sort();
}
