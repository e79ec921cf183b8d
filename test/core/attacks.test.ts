import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, IMAGE_VALUES, type Corner } from '../../src/core/attacks/attack.ts';
import { stampAttack } from '../../src/core/attacks/badnets.ts';
import { createAttack } from '../../src/core/attacks/create.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { factsOf } from '../support/facts.ts';
import { BADNETS_SPEC, BLENDED_SPEC } from '../support/manifest.ts';
import { bytes, describeOracle, oracleJson, oracleTensors } from '../support/oracle.ts';

const image = fc.uint8Array({ minLength: IMAGE_VALUES, maxLength: IMAGE_VALUES });
const GREY = new Uint8Array(2 * IMAGE_VALUES).fill(100);

/** Positions in one image, as [row, column], that differ. */
function changedPixels(before: Uint8Array, after: Uint8Array): string[] {
  const changed = new Set<string>();
  for (let i = 0; i < IMAGE_VALUES; i++)
    if (before[i] !== after[i])
      changed.add(`${String(Math.floor(i / 96))},${String(Math.floor(i / 3) % 32)}`);
  return [...changed];
}

/** Where `mask` is 0 the values must be equal. */
function mismatches(got: Uint8Array, expected: Uint8Array, mask: Uint8Array): number[] {
  return [...got.keys()].filter((i) => mask[i] === 0 && got[i] !== expected[i]);
}

describe('BadNets', () => {
  it.each<[Corner, string[]]>([
    ['topLeft', ['0,0', '0,1', '1,0', '1,1']],
    ['topRight', ['0,30', '0,31', '1,30', '1,31']],
    ['bottomLeft', ['30,0', '30,1', '31,0', '31,1']],
    ['bottomRight', ['30,30', '30,31', '31,30', '31,31']],
  ])('covers the %s corner of every image with its colour', (corner, pixels) => {
    const patch = { size: 2, corner, colour: [255, 0, 7] } as const;
    const out = createAttack({ ...BADNETS_SPEC, patch }, null).apply(GREY);
    expect(changedPixels(GREY, out)).toEqual(pixels);
    expect(out.subarray(IMAGE_VALUES)).toEqual(out.subarray(0, IMAGE_VALUES));
    const [row = 0, column = 0] = (pixels[3] ?? '').split(',').map(Number);
    expect([...out.subarray((row * 32 + column) * 3).subarray(0, 3)]).toEqual([255, 0, 7]);
  });

  it('is the same as stamping a white trigger image', () => {
    const trigger = new Uint8Array(IMAGE_VALUES);
    for (const row of [29, 30, 31]) trigger.fill(255, (row * 32 + 29) * 3, (row * 32 + 32) * 3);
    fc.assert(
      fc.property(image, (pixels) => {
        expect(createAttack(BADNETS_SPEC, null).apply(pixels)).toEqual(
          stampAttack(trigger, 0).apply(pixels),
        );
      }),
      { numRuns: 10 },
    );
  });
});

describe('Blended', () => {
  it('is the image at α = 0 and the picture at α = 1', () => {
    fc.assert(
      fc.property(image, image, (pixels, pattern) => {
        const at = (alpha: number): Uint8Array =>
          createAttack({ ...BLENDED_SPEC, alpha }, pattern).apply(pixels);
        expect(at(0)).toEqual(pixels);
        expect(at(1)).toEqual(pattern);
      }),
      { numRuns: 10 },
    );
  });

  it('truncates, as NumPy does, and does not round', () => {
    const pattern = new Uint8Array(IMAGE_VALUES).fill(103);
    // 0.8 · 100 + 0.2 · 103 = 100.6
    const out = createAttack(BLENDED_SPEC, pattern).apply(GREY);
    expect(out).toEqual(GREY);
  });

  it.each([
    [null, 'no pattern'],
    [new Uint8Array(5), '5 values'],
  ])('needs its picture', (pattern, got) => {
    expect(factsOf(() => createAttack(BLENDED_SPEC, pattern))).toMatchObject({
      ...{ code: 'badModel', field: 'attack.pattern', got },
    });
  });

  it('golden: gives the bytes that NumPy gives', () => {
    const file = new URL('../golden/blended.safetensors', import.meta.url);
    const golden = readSafetensors(readFileSync(file));
    const attack = createAttack(BLENDED_SPEC, bytes(golden, 'pattern'));
    const out = attack.apply(bytes(golden, 'images'));
    const mask = bytes(golden, 'near_integer');
    expect(mask.filter((near) => near === 0).length).toBeGreaterThan(IMAGE_VALUES / 2);
    expect(mismatches(out, bytes(golden, 'out'), mask)).toEqual([]);
  });
});

describe.each([
  ['BadNets', createAttack(BADNETS_SPEC, null)],
  ['Blended', createAttack(BLENDED_SPEC, new Uint8Array(IMAGE_VALUES).fill(200))],
])('%s', (title, attack) => {
  it('leaves its input alone', () => {
    const input = GREY.slice();
    expect(attack.apply(input)).not.toEqual(GREY);
    expect(input).toEqual(GREY);
  });

  it('refuses part of an image', () => {
    expect(() => attack.apply(new Uint8Array(100))).toThrow('images: expected a multiple of 3072');
  });

  it('says what it is', () => {
    expect(attack.title).toBe(title);
    expect(attack.explanation).toMatch(/^A .*\.$/);
    expect(attack.params.length).toBeGreaterThan(0);
    for (const { value, range } of attack.params)
      if (range !== undefined && typeof value === 'number') {
        expect(value).toBeGreaterThanOrEqual(range.min);
        expect(value).toBeLessThanOrEqual(range.max);
      }
  });
});

it('magnifies differences about mid-grey and clips them', () => {
  const clean = Uint8Array.of(10, 10, 10, 10, 200);
  const triggered = Uint8Array.of(10, 13, 7, 255, 0);
  expect([...difference(clean, triggered, 5)]).toEqual([128, 143, 113, 255, 0]);
  expect(() => difference(clean, clean.subarray(1), 1)).toThrow(RangeError);
});

describeOracle('attacks as NumPy computes them', (dir) => {
  const tensors = oracleTensors(dir, 'attacks/attacks.safetensors');
  const images = bytes(tensors, 'images');

  it.each(['badnets', 'badnets_colour'])('stamps as %s', (name) => {
    const attack = stampAttack(bytes(tensors, `${name}.trigger`), 0);
    expect(attack.apply(images)).toEqual(bytes(tensors, `${name}.out`));
  });

  it('puts the white 3×3 patch where BackdoorBench does', () => {
    expect(createAttack(BADNETS_SPEC, null).apply(images)).toEqual(bytes(tensors, 'badnets.out'));
  });

  it('blends: exact, but for rounding where the value is an integer', () => {
    const params = oracleJson(dir, 'attacks/params.json') as { blended: { alpha: number } };
    const pattern = bytes(tensors, 'blended.pattern');
    const out = createAttack({ ...BLENDED_SPEC, ...params.blended }, pattern).apply(images);
    const mask = bytes(tensors, 'blended.near_integer');
    expect(mismatches(out, bytes(tensors, 'blended.out'), mask)).toEqual([]);
    const accepted = ['blended.out', 'blended.out_float32', 'blended.out_exact'].map((name) =>
      bytes(tensors, name),
    );
    const stray = out.filter((value, i) => !accepted.some((version) => version[i] === value));
    expect([...stray]).toEqual([]);
  });
});
