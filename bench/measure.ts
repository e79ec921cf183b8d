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

/** When a case that begins now should end, as `performance.now` counts. */
export const endOf = (seconds: number | null): number =>
  seconds === null ? Infinity : performance.now() + seconds * 1000;

/**
 * A, B, A, B, … so that a machine that slows down slows both.
 * @param end no repeat but the first begins after it, as `performance.now` counts
 */
export async function alternate(
  ways: readonly Way[],
  repeats: number,
  end = Infinity,
): Promise<Timing[]> {
  for (const way of ways) if (way.warm) await way.run();
  const seconds = ways.map((): number[] => []);
  for (let i = 0; i < repeats && (i === 0 || performance.now() < end); i++)
    for (const [w, way] of ways.entries()) seconds[w]?.push(await way.run());
  return ways.map(({ name }, w) => {
    const own = seconds[w] ?? [];
    return { name, seconds: own, median: median(own) };
  });
}

/** What to say where there were fewer repeats than asked for. */
export function shortened(timings: readonly Timing[], repeats: number): string[] {
  const done = timings[0]?.seconds.length ?? 0;
  return done < repeats ? [`${done} of ${repeats} repeats: the time was up`] : [];
}

/** Seconds that `body` takes. */
export async function timed(body: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await body();
  return (performance.now() - begin) / 1000;
}

/** Least squares: y = at0 + slope·x, and the share of y's spread that it explains. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): {
  readonly at0: number;
  readonly slope: number;
  readonly r2: number;
} {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  const [sxx, sxy] = [mean(([x]) => (x - mx) ** 2), mean(([x, y]) => (x - mx) * (y - my))];
  const syy = mean(([, y]) => (y - my) ** 2);
  const slope = sxy / sxx;
  return { at0: my - slope * mx, slope, r2: sxy ** 2 / (sxx * syy) };
}
