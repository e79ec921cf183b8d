import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttack } from '../../../src/core/attacks/create.ts';
import { movedTo, patchBox } from '../../../src/core/attacks/own.ts';
import { ownTrigger, triggerFromFiles } from '../../../src/core/attacks/ownTrigger.ts';
import { attackParams, withParams } from '../../../src/core/attacks/params.ts';
import { fitPattern, resizePicture } from '../../../src/core/attacks/resize.ts';
import type { Picture, TriggerSpec } from '../../../src/core/attacks/trigger.ts';
import { factsOf } from '../../support/facts.ts';
import { flat, noise, TWO_PIXELS } from './triggers.ts';

const pixel = (images: Uint8Array, row: number, column: number): number[] => [
  ...images.subarray((row * 32 + column) * 3).subarray(0, 3),
];
const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) => {
    const length = { minLength: width * height * 4, maxLength: width * height * 4 };
    return fc.uint8Array(length).map((rgba): Picture => ({ width, height, rgba }));
  });

describe('resizing', () => {
  it('leaves a picture of the right size as it is, and flat colour flat', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const { width, height, rgba } = picture;
        const same = resizePicture(picture, width, height).data;
        rgba.forEach((value, i) => {
          const opacity = (rgba[i - (i % 4) + 3] ?? 0) / 255;
          const expected = i % 4 === 3 ? opacity : (value / 255) * opacity;
          expect(same[i]).toBeCloseTo(expected, 12);
        });
        const grey = { width, height, rgba: rgba.map((_, i) => (i % 4 === 3 ? 255 : 90)) };
        expect(fitPattern(grey)).toEqual(flat(90));
      }),
      { numRuns: 20 },
    );
  });

  it('averages what it shrinks and keeps what is transparent out of the colours', () => {
    const { data } = resizePicture(TWO_PIXELS, 1, 1);
    // Triangle of reach 2 about the middle: both pixels count alike. Red 1 · 1, green 200/255 · 0.2.
    expect([...data]).toEqual([0.5, expect.closeTo((200 / 255) * 0.1), 0, expect.closeTo(0.6)]);
  });

  it('enlarges as PIL does: bilinear, the border repeated', () => {
    const rgba = Uint8Array.of(0, 0, 0, 255, 100, 100, 100, 255);
    const { data } = resizePicture({ width: 2, height: 1, rgba }, 4, 1);
    const reds = [0, 1, 2, 3].map((i) => (data[i * 4] ?? 0) * 255);
    expect(reds).toEqual([0, 25, 75, 100].map((value) => expect.closeTo(value) as number));
  });
});

describe('own trigger', () => {
  const image = { width: 2, height: 1, data: TWO_PIXELS.rgba };

  it('is a sticker of its own size in the bottom right corner', async () => {
    const trigger = ownTrigger({ kind: 'patch', image, target: 3 });
    expect(trigger).toMatchObject({ kind: 'ownPatch', target: 3, size: 2, alpha: 1 });
    const out = await createAttack(trigger).apply(flat(100));
    expect(pixel(out, 31, 30)).toEqual([255, 0, 0]);
    // A fifth of (0, 200, 0), the rest grey.
    expect(pixel(out, 31, 31)).toEqual([80, 120, 80]);
    expect(out.filter((value) => value !== 100).length).toBe(6);
  });

  it.each([
    ['topLeft', 0, 0],
    ['topRight', 0, 28],
    ['bottomLeft', 30, 0],
    ['centre', 15, 14],
  ] as const)('goes to the %s and to a size, its proportions kept', async (place, row, column) => {
    const trigger = ownTrigger({ kind: 'patch', image, target: 0, place, size: 4 });
    const out = await createAttack(trigger).apply(flat(100));
    expect(pixel(out, row, column)).toEqual([255, 0, 0]);
    expect(pixel(out, row + 1, column)).toEqual([255, 0, 0]);
    const changed = [...out.keys()].filter((i) => out[i] !== 100);
    expect(Math.floor((changed.at(-1) ?? 0) / 96)).toBe(row + 1);
  });

  it('is put where one likes, stays whole, and goes back to a place by name', async () => {
    const trigger = ownTrigger({ kind: 'patch', image, target: 0, size: 4 });
    if (trigger.kind !== 'ownPatch') throw new Error('not a sticker');
    const moved = movedTo(trigger, 9.6, 3.2);
    expect(patchBox(moved)).toEqual({ left: 10, top: 3, width: 4, height: 2 });
    const out = await createAttack(moved).apply(flat(100));
    expect(pixel(out, 3, 10)).toEqual([255, 0, 0]);
    expect(pixel(out, 2, 10)).toEqual([100, 100, 100]);
    expect(createAttack(moved).explanation).toContain('from column 11, row 4');
    expect(patchBox(movedTo(trigger, -5, 99))).toMatchObject({ left: 0, top: 30 });
    // A larger one is pushed back into the image.
    expect(patchBox({ ...movedTo(trigger, 28, 30), size: 20 })).toMatchObject({
      left: 12,
      top: 22,
    });
    const option = (of: TriggerSpec): boolean =>
      JSON.stringify(attackParams(of)).includes('where you put it');
    expect([option(trigger), option(moved)]).toEqual([false, true]);
    expect(withParams(moved, { place: 'bottomRight' })).toEqual(trigger);
  });

  it('is blended over the whole image, or not at all at α = 0', async () => {
    const whole = { width: 32, height: 32, data: noise(1, 5) };
    const at = (alpha: number): Promise<Uint8Array> =>
      createAttack(ownTrigger({ kind: 'blend', image: whole, target: 0, alpha })).apply(noise(1));
    expect(await at(1)).toEqual(whole.data);
    expect(await at(0)).toEqual(noise(1));
    const trigger = { kind: 'blended', target: 0, alpha: 0.3, pattern: whole.data } as const;
    expect(await at(0.3)).toEqual(await createAttack(trigger).apply(noise(1)));
  });

  it('takes any picture and is as often as once', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, fc.integer({ min: 1, max: 32 }), async (picture, size) => {
        const { width, height } = picture;
        const data = picture.rgba.map((value, i) => (i % 4 === 3 ? 255 : value));
        const own = { image: { width, height, data }, target: 0, size };
        const attack = createAttack(ownTrigger({ kind: 'patch', ...own }));
        const once = await attack.apply(noise(1));
        expect(await attack.apply(once)).toEqual(once);
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    [{ width: 2, height: 2, data: TWO_PIXELS.rgba }, {}, 'image'],
    [{ width: 0, height: 1, data: new Uint8Array(0) }, {}, 'image'],
    [image, { size: 33 }, 'trigger.size'],
    [image, { alpha: 1.5 }, 'trigger.alpha'],
    [image, { target: -1 }, 'trigger.target'],
  ])('refuses what cannot be', (picture, changes, field) => {
    const own = { kind: 'patch', image: picture, target: 0, ...changes } as const;
    expect(factsOf(() => ownTrigger(own))).toMatchObject({ code: 'badInput', field });
  });
});

describe('triggers of files', () => {
  const grey = (value: number, width = 32, height = 32) => ({
    ...{ width, height, data: new Uint8Array(width * height * 3).fill(value) },
  });

  it('replaces what is not black, as BackdoorBench does', () => {
    const data = new Uint8Array(3072).fill(9, 3000);
    expect(triggerFromFiles({ trigger: { width: 32, height: 32, data }, target: 2 })).toEqual({
      ...{ kind: 'stamp', target: 2, pattern: data },
    });
  });

  it('keeps to the mask, in between where that is grey', async () => {
    const mask = grey(0);
    mask.data.fill(255, 0, 3);
    mask.data.fill(51, 3, 6);
    const trigger = triggerFromFiles({ trigger: grey(200), mask, target: 0 });
    const out = await createAttack(trigger).apply(flat(100));
    expect([...out.subarray(0, 9)]).toEqual([200, 200, 200, 120, 120, 120, 100, 100, 100]);
  });

  it('blends with an alpha, and sticks on what is small or transparent', () => {
    expect(triggerFromFiles({ trigger: grey(1), alpha: 0.1, target: 0 })).toMatchObject({
      ...{ kind: 'ownBlend', alpha: 0.1 },
    });
    const small = { kind: 'ownPatch', size: 5, place: 'bottomRight' };
    expect(triggerFromFiles({ trigger: grey(1, 5, 3), target: 0 })).toMatchObject(small);
    const glass = { width: 32, height: 32, data: new Uint8Array(4096) };
    expect(triggerFromFiles({ trigger: glass, target: 0 })).toMatchObject({ kind: 'ownPatch' });
  });

  it('refuses a mask of another size, and mask and alpha at once', () => {
    const trigger = grey(1);
    const facts = factsOf(() => triggerFromFiles({ trigger, mask: grey(1, 3, 3), target: 0 }));
    expect(facts).toMatchObject({
      code: 'badInput',
      field: 'mask',
      got: '3×3',
      expected: '32×32, as the trigger',
    });
    expect(
      factsOf(() => triggerFromFiles({ trigger, mask: trigger, alpha: 1, target: 0 })).field,
    ).toBe('trigger');
  });
});
