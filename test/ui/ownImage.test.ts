import { expect, it } from 'vitest';
import { squareOf } from '../../src/ui/own/squareOf.ts';

/** A picture whose columns (or rows) are black but for its middle square, which is red. */
function picture(width: number, height: number, opacity: number): Uint8ClampedArray {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
    const inside = x >= left && x < left + side && y >= top && y < top + side;
    return i % 4 === 3 ? opacity : i % 4 === 0 && inside ? 200 : 0;
  });
}

it.each([
  [64, 32],
  [32, 96],
  [200, 100],
  [8, 16],
])('takes the middle square of %i × %i pixels', (width, height) => {
  const { image, how } = squareOf({ width, height, data: picture(width, height, 255) });
  expect(image).toHaveLength(32 * 32 * 3);
  expect(image.every((value, i) => value === (i % 3 === 0 ? 200 : 0))).toBe(true);
  expect(how).toMatch(/^Its middle square at 32 × 32 pixels/);
  expect(how).not.toContain('see-through');
});

it('says what it makes of what is see-through', () => {
  const { image, how } = squareOf({ width: 40, height: 40, data: picture(40, 40, 0) });
  expect(image.every((value) => value === 0)).toBe(true);
  expect(how).toMatch(/^The whole picture .* What is see-through is black\.$/);
});
