/** Timing two ways of doing the same thing in one run. */

/** One way. */
export interface Way {
  readonly name: string;
  /** Whether it runs once untimed before; not for one that warms up by itself. */
  readonly warm: boolean;
  /** Seconds of one repeat; may measure itself, e.g. in another process. */
  run(): Promise<number>;
}

export interface Timing {
  readonly name: string;
  /** Seconds, in the order measured. */
  readonly seconds: readonly number[];
  readonly median: number;
}

/** Lower middle of an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

/** A, B, A, B, … so that a machine that slows down slows both. */
export async function alternate(ways: readonly Way[], repeats: number): Promise<Timing[]> {
  for (const way of ways) if (way.warm) await way.run();
  const seconds = ways.map((): number[] => []);
  for (let i = 0; i < repeats; i++)
    for (const [w, way] of ways.entries()) seconds[w]?.push(await way.run());
  return ways.map(({ name }, w) => {
    const own = seconds[w] ?? [];
    return { name, seconds: own, median: median(own) };
  });
}

/** Seconds that `body` takes. */
export async function timed(body: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await body();
  return (performance.now() - begin) / 1000;
}
