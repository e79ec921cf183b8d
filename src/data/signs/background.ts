/** What stands behind the sign: two surfaces, loose shapes, the sign's own post. */
import type { Pose } from './camera.ts';
import { type Colour, type Frame, jitter, SIDE, smooth } from './frame.ts';
import type { Random } from './random.ts';
import { paintShape } from './shapes.ts';
import { LOWER, paintSurface, UPPER } from './surfaces.ts';

const THINGS: readonly Colour[] = [
  [0.12, 0.12, 0.13],
  [0.3, 0.31, 0.33],
  [0.6, 0.61, 0.62],
  [0.82, 0.82, 0.8],
  [0.36, 0.25, 0.16],
  [0.16, 0.25, 0.1],
  [0.62, 0.14, 0.12],
  [0.16, 0.26, 0.5],
  [0.78, 0.6, 0.16],
  [0.5, 0.34, 0.26],
];
const POSTS: readonly Colour[] = [
  [0.5, 0.51, 0.53],
  [0.34, 0.35, 0.37],
  [0.66, 0.67, 0.68],
];

function paintThings(frame: Frame, random: Random): void {
  const count = random.below(5);
  for (let n = 0; n < count; n++) {
    const colour = jitter(random, random.pick(THINGS), 0.4);
    const pole = random.chance(0.4);
    const rx = pole ? random.range(0.5, 2) : random.range(1.5, 9);
    const ry = pole ? 40 : random.range(1.5, 9);
    paintShape(frame, colour, random.range(-2, 34), random.range(-2, 34), rx, ry, {
      angle: random.around(pole ? 0.2 : 0.6),
      edge: random.range(0.8, 3),
      round: !pole && random.chance(0.5),
    });
  }
}

/** Post, extra plate and the neighbour on the same post; their place follows the sign. */
function paintMounting(frame: Frame, random: Random, pose: Pose): void {
  const edge = random.range(0.8, 1.6);
  const crisp = { angle: random.around(0.08), edge, round: false };
  if (random.chance(0.6)) {
    const x = pose.cx + random.around(pose.half * 0.15);
    const width = pose.half * random.range(0.06, 0.13);
    const top = random.chance(0.25) ? 0 : pose.cy;
    const length = SIDE + 4 - top;
    paintShape(frame, random.pick(POSTS), x, top + length / 2, width, length / 2, crisp);
  }
  const gap = pose.half * random.range(1.02, 1.2);
  if (random.chance(0.16)) {
    const height = pose.half * random.range(0.25, 0.5);
    const y = pose.cy + gap + height;
    const tone = random.range(0.65, 0.88);
    paintShape(frame, [tone, tone, tone], pose.cx, y, pose.half * 0.9, height, crisp);
  }
  if (random.chance(0.16)) {
    const y = pose.cy + (random.chance(0.5) ? -1 : 1) * (gap + pose.half);
    const round = { angle: 0, edge, round: random.chance(0.7) };
    const rim: Colour = random.chance(0.6) ? [0.7, 0.1, 0.12] : [0.1, 0.3, 0.62];
    paintShape(frame, rim, pose.cx, y, pose.half, pose.half, round);
    const inner = pose.half * 0.74;
    paintShape(frame, [0.85, 0.85, 0.84], pose.cx, y, inner, inner, round);
  }
}

/** Fills the frame with a scene that suits a sign at the given pose. */
export function paintBackground(frame: Frame, random: Random, pose: Pose): void {
  const horizon = random.range(-14, 46);
  const slope = random.around(0.8);
  const edge = random.range(1, 8);
  paintSurface(frame, random, random.pick(random.pick(UPPER)), () => 1);
  paintSurface(frame, random, random.pick(random.pick(LOWER)), (x, y) =>
    smooth((y - horizon - slope * (x - 16)) / edge + 0.5),
  );
  paintThings(frame, random);
  paintMounting(frame, random, pose);
}
