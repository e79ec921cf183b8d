import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { triggerOf } from '../../src/cli/triggerOptions.ts';
import { createAttack } from '../../src/core/attacks/create.ts';

const dir = mkdtempSync(join(tmpdir(), 'fmp-trigger-'));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** A picture of one grey value, but for its first pixel. */
function grey(name: string, width: number, height: number, value: number, first = value): string {
  const data = new Uint8Array(width * height * 3).fill(value).fill(first, 0, 3);
  writeFileSync(join(dir, name), encode({ width, height, data, channels: 3 }));
  return join(dir, name);
}

/** The trigger of a picture and its mask, black in its first pixel and white elsewhere. */
function masked(width: number, height: number) {
  return triggerOf(
    new Map([
      ['trigger', grey('trigger.png', width, height, 200)],
      ['trigger-mask', grey('mask.png', width, height, 255, 0)],
      ['target', '1'],
    ]),
  );
}

describe('--trigger with --trigger-mask', () => {
  it('smaller than an image is a sticker in the corner, as without a mask', async () => {
    const spec = masked(3, 3);
    expect(spec).toMatchObject({ kind: 'ownPatch', size: 3, place: 'bottomRight', alpha: 1 });
    if (spec === null) return;
    const out = await createAttack(spec).apply(new Uint8Array(3072).fill(100));
    const changed = Array.from({ length: 1024 }, (_, at) => at).filter((at) => out[at * 3] === 200);
    const corner = [29, 30, 31].flatMap((row) => [29, 30, 31].map((column) => row * 32 + column));
    // The mask leaves the first pixel out.
    expect(changed).toEqual(corner.slice(1));
  });

  it.each([
    [3, 3, 'ownPatch'],
    [32, 8, 'ownPatch'],
    [32, 32, 'ownBlend'],
    [64, 64, 'ownBlend'],
    [40, 3, 'ownBlend'],
  ])('of %i×%i is %s', (width, height, kind) => {
    expect(masked(width, height)?.kind).toBe(kind);
  });
});
