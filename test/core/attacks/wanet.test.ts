import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttack } from '../../../src/core/attacks/create.ts';
import { freshField, upsampleField } from '../../../src/core/attacks/field.ts';
import { crossPositions, warp, warpPositions } from '../../../src/core/attacks/wanet.ts';
import { createRandom } from '../../../src/core/random.ts';
import { flat, image, noise, TRIGGERS } from './triggers.ts';

const { wanet } = TRIGGERS;

describe('WaNet', () => {
  it('changes nothing at s = 0, nor a flat image at any s', async () => {
    await fc.assert(
      fc.asyncProperty(image, fc.double({ min: 0, max: 4, noNaN: true }), async (pixels, s) => {
        expect(await createAttack({ ...wanet, strength: 0 }).apply(pixels)).toEqual(pixels);
        const grey = flat(pixels[0] ?? 0);
        expect(await createAttack({ ...wanet, strength: s }).apply(grey)).toEqual(grey);
      }),
      { numRuns: 10 },
    );
  });

  it('takes every value from between those around it', async () => {
    const ramp = Uint8Array.from({ length: 3072 }, (_, i) => 8 * (Math.floor(i / 3) % 32));
    const out = await createAttack(wanet).apply(ramp);
    const positions = warpPositions(wanet);
    for (let pixel = 0; pixel < 1024; pixel++)
      expect(Math.abs((out[pixel * 3] ?? 0) - 8 * (positions[pixel * 2] ?? 0))).toBeLessThan(1);
  });

  it('stays inside the image, with noise too, which differs from image to image', () => {
    const wild = warpPositions({ ...wanet, strength: 4 });
    expect(Math.min(...wild)).toBe(0);
    expect(Math.max(...wild)).toBe(31);
    const random = createRandom(3, 'cross');
    const drawn = Float32Array.from({ length: 2 * wild.length }, () => 2 * random.uniform() - 1);
    const cross = crossPositions(wild, drawn);
    expect(cross).toHaveLength(2 * wild.length);
    expect([Math.min(...cross), Math.max(...cross)]).toEqual([0, 31]);
    // Half a pixel at most, and a little less as the paper divides by the image's size.
    cross.forEach((position, i) => {
      expect(Math.abs(position - (wild[i % wild.length] ?? NaN))).toBeLessThanOrEqual(0.5);
    });
    const two = Uint8Array.from([...noise(1), ...noise(1)]);
    const out = warp(two, cross, new Uint8Array(two.length));
    expect(out.subarray(0, 3072)).not.toEqual(out.subarray(3072));
  });
});

describe('field', () => {
  it('goes through its own points at the corners and keeps a constant constant', () => {
    const smooth = upsampleField(wanet.field, 4);
    expect(smooth[0]).toBeCloseTo(wanet.field[0] ?? NaN, 12);
    expect(smooth.at(-1)).toBeCloseTo(wanet.field.at(-1) ?? NaN, 12);
    for (const value of upsampleField(new Float32Array(18).fill(0.5), 3))
      expect(value).toBeCloseTo(0.5, 12);
  });

  it('has a mean |·| of 1 and depends on nothing but the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(), (k, seed) => {
        const field = freshField(k, createRandom(seed, 'field'));
        expect(field.length).toBe(k * k * 2);
        expect(field.reduce((sum, v) => sum + Math.abs(v), 0) / field.length).toBeCloseTo(1, 5);
        expect(freshField(k, createRandom(seed, 'field'))).toEqual(field);
      }),
      { numRuns: 20 },
    );
  });
});
