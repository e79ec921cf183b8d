/** One feature map in slow motion: what is asked of the engine, frame by frame. */
import type { MapInspection } from '../bridge/protocol.ts';
import type { Sweep } from './resultsState.ts';

/** Settings of one look at a map that differ from the sweep's. */
export interface Look {
  /** Pixels in [0, 1]. */
  readonly eps: number;
  readonly steps: number;
}

export interface Frame extends Look {
  /** Steps that the image has gone; 0: it is clean. */
  readonly step: number;
}

/** Bounds of the second row, in 1/255; the sweep's own is among them. */
const BOUNDS = [0, 4, 8, 16, 24, 32, 48, 64, 96];

/**
 * The clean image, then the image after each step. Where FRG goes several steps, it takes the first
 * two together: a run of one step alone jumps all of ε at once and is another image.
 */
export function framesOf({ eps, steps }: Pick<Sweep, 'eps' | 'steps'>): readonly Frame[] {
  const clean = { step: 0, eps: 0, steps: 1 };
  if (steps === 1) return [clean, { step: 1, eps, steps: 1 }];
  const after = Array.from({ length: steps - 1 }, (_, i) => ({ step: i + 2, eps, steps: i + 2 }));
  return [clean, ...after];
}

/** The same map and image at other bounds, weakest first. */
export function boundsOf({ eps, steps }: Pick<Sweep, 'eps' | 'steps'>): readonly Look[] {
  const own = Math.round(eps * 255 * 1000) / 1000;
  const all = [...new Set([...BOUNDS, own])].sort((a, b) => a - b);
  return all.map((k) => ({ eps: k === own ? eps : k / 255, steps: k === 0 ? 1 : steps }));
}

/** The first bound at which the image is misread; null: none of those that were tried. */
export function turningPoint(
  looks: readonly Look[],
  seen: readonly (MapInspection | null)[],
): number | null {
  const index = seen.findIndex((found) => found !== null && found.predicted !== found.label);
  return index < 0 ? null : (looks[index]?.eps ?? null);
}
