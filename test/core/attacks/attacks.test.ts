/** What holds for every attack, and the pixels of those that change each by itself. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attackChecks } from '../../../scripts/oracle/attacks.ts';
import { OracleFolder } from '../../../scripts/oracle/folder.ts';
import { difference, IMAGE_VALUES } from '../../../src/core/attacks/attack.ts';
import { createAttack } from '../../../src/core/attacks/create.ts';
import type { Corner } from '../../../src/core/attacks/trigger.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { bytes, describeOracle } from '../../support/oracle.ts';
import { flat, image, noise, TRIGGERS } from './triggers.ts';

const GREY = flat(100);

/** Pixels of the first image, as row,column, that differ. */
function changedPixels(before: Uint8Array, after: Uint8Array): string[] {
  const changed = new Set<string>();
  for (let i = 0; i < IMAGE_VALUES; i++)
    if (before[i] !== after[i])
      changed.add(`${String(Math.floor(i / 96))},${String(Math.floor(i / 3) % 32)}`);
  return [...changed];
}

describe.each(Object.values(TRIGGERS))('$kind', (trigger) => {
  const attack = createAttack(trigger);

  it('does the same to every image, alone or among others, and leaves its input alone', async () => {
    await fc.assert(
      fc.asyncProperty(image, image, async (a, b) => {
        const both = Uint8Array.from([...a, ...b]);
        const before = both.slice();
        const out = await attack.apply(both);
        expect(both).toEqual(before);
        expect(out.length).toBe(both.length);
        expect(out.subarray(0, IMAGE_VALUES)).toEqual(await attack.apply(a));
        expect(out.subarray(IMAGE_VALUES)).toEqual(await attack.apply(b));
      }),
      { numRuns: 5 },
    );
    expect(await attack.apply(noise(1))).not.toEqual(noise(1));
  });

  it('has black and white images to work on', async () => {
    for (const value of [0, 255]) {
      const out = await attack.apply(flat(value));
      // What left 0–255 would come back at the other end.
      const far = out.filter((v) => Math.abs(v - value) > 200).length;
      expect(far).toBeLessThan(IMAGE_VALUES / 8);
    }
  });

  it('refuses part of an image', async () => {
    await expect(attack.apply(new Uint8Array(100))).rejects.toThrow(
      'images: expected a multiple of 3072',
    );
  });

  it('says what it is', () => {
    expect(attack).toMatchObject({ id: trigger.kind, target: 1 });
    expect(attack.title).toBeTruthy();
    expect(attack.explanation).toMatch(/^[A-Z].*\.$/);
    expect(attack.source).toMatch(/arXiv:\d{4}\.\d{5}/);
    expect(attack.params.length).toBeGreaterThan(0);
  });
});

describe('BadNets', () => {
  it.each<[Corner, string[]]>([
    ['topLeft', ['0,0', '0,1', '1,0', '1,1']],
    ['topRight', ['0,30', '0,31', '1,30', '1,31']],
    ['bottomLeft', ['30,0', '30,1', '31,0', '31,1']],
    ['bottomRight', ['30,30', '30,31', '31,30', '31,31']],
  ])('covers the %s corner with its colour', async (corner, pixels) => {
    const trigger = { ...TRIGGERS.badnets, size: 2, corner, colour: [255, 0, 7] as const };
    const out = await createAttack({ ...trigger, colour: [255, 0, 7] }).apply(GREY);
    expect(changedPixels(GREY, out)).toEqual(pixels);
    const [row = 0, column = 0] = (pixels[3] ?? '').split(',').map(Number);
    expect([...out.subarray((row * 32 + column) * 3).subarray(0, 3)]).toEqual([255, 0, 7]);
  });

  it.each(['badnets', 'stamp'] as const)('twice is once: %s', async (kind) => {
    const attack = createAttack(TRIGGERS[kind]);
    const once = await attack.apply(noise(2));
    expect(await attack.apply(once)).toEqual(once);
  });

  it('is the same as stamping a white trigger image', async () => {
    const pattern = flat(0);
    for (const row of [29, 30, 31]) pattern.fill(255, (row * 32 + 29) * 3, (row * 32 + 32) * 3);
    const square = createAttack({ ...TRIGGERS.badnets, colour: [255, 255, 255] });
    expect(await square.apply(noise(2))).toEqual(
      await createAttack({ ...TRIGGERS.stamp, pattern }).apply(noise(2)),
    );
  });
});

describe('Blended', () => {
  it('is the image at α = 0 and the picture at α = 1', async () => {
    const { pattern } = TRIGGERS.blended;
    const at = (alpha: number): Promise<Uint8Array> =>
      createAttack({ ...TRIGGERS.blended, alpha }).apply(noise(1));
    expect(await at(0)).toEqual(noise(1));
    expect(await at(1)).toEqual(pattern);
  });

  it('truncates, as NumPy does, and does not round', async () => {
    // 0.8 · 100 + 0.2 · 103 = 100.6
    const out = await createAttack({ ...TRIGGERS.blended, pattern: flat(103) }).apply(GREY);
    expect(out).toEqual(GREY);
  });

  it('golden: gives the bytes that NumPy gives', async () => {
    const file = new URL('../../golden/blended.safetensors', import.meta.url);
    const golden = readSafetensors(readFileSync(file));
    const attack = createAttack({ ...TRIGGERS.blended, pattern: bytes(golden, 'pattern') });
    const got = await attack.apply(bytes(golden, 'images'));
    const [mask, out] = [bytes(golden, 'near_integer'), bytes(golden, 'out')];
    expect(mask.filter((near) => near === 0).length).toBeGreaterThan(IMAGE_VALUES / 2);
    expect([...got.keys()].filter((i) => mask[i] === 0 && got[i] !== out[i])).toEqual([]);
  });
});

describe('Low Frequency', () => {
  it('adds its pattern, times the gain, and stops at white', async () => {
    const at = async (gain: number, value: number): Promise<number | undefined> =>
      (await createAttack({ ...TRIGGERS.lf, gain, pattern: flat(30) }).apply(flat(value)))[0];
    expect(await at(1, 100)).toBe(130);
    expect(await at(1, 250)).toBe(255);
    expect(await at(0.55, 100)).toBe(116);
    expect(await at(0, 100)).toBe(100);
  });
});

describe('SIG', () => {
  it('is lighter and darker by column, the same in every row and channel', async () => {
    const out = await createAttack({ ...TRIGGERS.sig, frequency: 8 }).apply(GREY);
    const row = [...out.subarray(0, 96)];
    expect(row.filter((_, i) => i % 3 === 0).slice(0, 8)).toEqual([
      ...[100, 140, 100, 60, 99, 140, 100, 60],
    ]);
    for (let y = 0; y < 32; y++) expect([...out.subarray(y * 96, (y + 1) * 96)]).toEqual(row);
    expect(row[0]).toBe(row[2]);
    expect(await createAttack({ ...TRIGGERS.sig, delta: 0 }).apply(noise(1))).toEqual(noise(1));
  });
});

it('magnifies differences about mid-grey and clips them', () => {
  const clean = Uint8Array.of(10, 10, 10, 10, 200);
  const triggered = Uint8Array.of(10, 13, 7, 255, 0);
  expect([...difference(clean, triggered, 5)]).toEqual([128, 143, 113, 255, 0]);
  expect(() => difference(clean, clean.subarray(1), 1)).toThrow(RangeError);
});

describeOracle('attacks as NumPy and PyTorch compute them', (dir) => {
  it('agrees with every golden value', async () => {
    const statuses: string[] = [];
    for await (const { name, status } of attackChecks({ folder: new OracleFolder(dir) }))
      statuses.push(`${status} ${name}`);
    expect(statuses.filter((line) => line.startsWith('fail'))).toEqual([]);
    expect(statuses.filter((line) => line.startsWith('pass')).length).toBeGreaterThan(10);
  });
});
