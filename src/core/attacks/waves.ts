import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';
import { IMAGE_VALUES } from './attack.ts';

/** Per channel: cycles across, cycles down, phase in turns, weight. As in models/train/pattern.py. */
const WAVES = [
  [
    [1.2, 0.5, 0.1, 1],
    [-0.4, 1.6, 0.35, 0.8],
    [2.1, 1.3, 0.7, 0.5],
  ],
  [
    [0.3, -1.3, 0.55, 1],
    [1.8, 0.6, 0.05, 0.7],
    [-1.4, 2, 0.2, 0.5],
  ],
  [
    [-0.9, 0.9, 0.8, 1],
    [1.5, -0.2, 0.4, 0.8],
    [0.7, 2.3, 0.6, 0.5],
  ],
] as const;

/**
 * The picture that the bundled Blended models were trained with: soft coloured waves, every channel
 * stretched to 0–255. uint8 [32, 32, 3]
 */
export function softWaves(): Uint8Array {
  const pattern = new Uint8Array(IMAGE_VALUES);
  WAVES.forEach((terms, channel) => {
    const heights = Array.from({ length: IMAGE_SIZE * IMAGE_SIZE }, (_, pixel) => {
      const [x, y] = [
        (pixel % IMAGE_SIZE) / IMAGE_SIZE,
        Math.floor(pixel / IMAGE_SIZE) / IMAGE_SIZE,
      ];
      return terms.reduce(
        (sum, [across, down, phase, weight]) =>
          sum + weight * Math.cos(2 * Math.PI * (across * x + down * y + phase)),
        0,
      );
    });
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    heights.forEach((height, pixel) => {
      pattern[pixel * IMAGE_CHANNELS + channel] = Math.round(((height - low) / (high - low)) * 255);
    });
  });
  return pattern;
}
