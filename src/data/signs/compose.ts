/** One image from its class and its random stream: scene, sign, light, lens, sensor. */
import { paintBackground } from './background.ts';
import { drawSign, type Pose, randomPose, type SpriteLevels } from './camera.ts';
import { AREA, type Frame, SIDE, VALUES } from './frame.ts';
import { illuminate, mountSign, occlude, randomExposure } from './light.ts';
import type { Random } from './random.ts';
import { defocus, develop, lowerResolution, smear, softenColour } from './sensor.ts';

const frame: Frame = new Float32Array(VALUES);
const layer = new Float32Array(AREA * 4);

/** Pixels across a sign that must survive the loss of resolution for digits to stay legible. */
const LEGIBLE = 16;

/** Blur and lost resolution, bounded by the size of the sign so that it stays legible. */
function degrade(random: Random, pose: Pose): void {
  const across = pose.half * 2;
  if (random.chance(0.25)) {
    smear(frame, random.range(1, Math.max(1.2, across / 8)), random.range(0, Math.PI));
  }
  if (random.chance(0.35)) {
    defocus(frame, random.range(1.05, Math.max(1.2, Math.min(3, across / 12))));
  } else if (random.chance(0.5)) {
    const least = Math.min(SIDE, Math.floor((SIDE * LEGIBLE) / across) + 1);
    lowerResolution(frame, least + random.below(SIDE + 1 - least));
  }
}

/**
 * Renders one image.
 * @param sprite class id, 0..42
 * @param out receives VALUES bytes, HWC, from `offset` on
 */
export function compose(
  levels: SpriteLevels,
  sprite: number,
  random: Random,
  out: Uint8Array,
  offset: number,
): void {
  const pose = randomPose(random);
  const exposure = randomExposure(random);
  paintBackground(frame, random, pose);
  drawSign(layer, levels, sprite, pose);
  mountSign(frame, layer, random, exposure);
  occlude(frame, random, pose, exposure);
  illuminate(frame, random, exposure);
  degrade(random, pose);
  if (random.chance(0.5)) {
    softenColour(frame);
  }
  const grain = 0.002 + random.unit() * random.unit() * (0.006 + 0.03 * exposure.sign);
  develop(frame, random, grain, out, offset);
}
