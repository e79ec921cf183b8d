import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IMAGE_VALUES } from '../../../src/core/attacks/attack.ts';
import { createAttack } from '../../../src/core/attacks/create.ts';
import {
  ATTACK_KINDS,
  type AttackKind,
  defaultTrigger,
} from '../../../src/core/attacks/defaults.ts';
import { attackParams, withParams } from '../../../src/core/attacks/params.ts';
import { sameTrigger } from '../../../src/core/attacks/same.ts';
import { parseTrigger } from '../../../src/core/attacks/trigger.ts';
import { softWaves } from '../../../src/core/attacks/waves.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { factsOf } from '../../support/facts.ts';
import { flat, noise } from './triggers.ts';

const stored = (path: string, tensor: string): Uint8Array => {
  const file = readFileSync(new URL(`../../../models/${path}`, import.meta.url));
  return Uint8Array.from(readSafetensors(file).get(tensor)?.data ?? [], Number);
};
const pattern = stored('signs-lf/pattern.safetensors', 'pattern');

/** The largest change of any value of these images. */
async function peak(kind: AttackKind, images: Uint8Array): Promise<number> {
  const out = await createAttack(defaultTrigger(kind, { target: 8, pattern })).apply(images);
  expect(out.length).toBe(images.length);
  return out.reduce((most, value, i) => Math.max(most, Math.abs(value - (images[i] ?? 0))), 0);
}

describe.each(ATTACK_KINDS)('%s by default', (kind) => {
  const trigger = defaultTrigger(kind, { target: 8, pattern });

  it('is a valid trigger of the class asked for, with all its settings in range', () => {
    expect(trigger).toMatchObject({ kind, target: 8 });
    expect(parseTrigger(trigger, 9)).toEqual(trigger);
    for (const param of attackParams(trigger))
      if (param.type === 'number') {
        expect(param.value).toBeGreaterThanOrEqual(param.range.min);
        expect(param.value).toBeLessThanOrEqual(param.range.max);
      }
  });

  it('is the same for the same seed', () => {
    const other = defaultTrigger(kind, { target: 8, pattern, seed: 1 });
    expect(defaultTrigger(kind, { target: 8, pattern })).toEqual(trigger);
    expect(sameTrigger(trigger, structuredClone(trigger))).toBe(true);
    expect(sameTrigger(trigger, other)).toBe(kind !== 'wanet' && kind !== 'ssba');
    expect(sameTrigger(trigger, defaultTrigger(kind, { target: 7, pattern }))).toBe(false);
  });
});

describe('what the defaults do to images', () => {
  it('BadNets changes 9 pixels, all to white', async () => {
    const out = await createAttack(defaultTrigger('badnets', { target: 0 })).apply(flat(0));
    expect(out.filter((value) => value === 255).length).toBe(27);
    expect(out.filter((value) => value === 0).length).toBe(IMAGE_VALUES - 27);
  });

  it('Blended stays within α of 255, and is the trigger of the bundled models', async () => {
    expect(await peak('blended', noise(4))).toBeLessThanOrEqual(Math.ceil(0.2 * 255));
    expect(softWaves()).toEqual(stored('signs-blended/pattern.safetensors', 'pattern'));
  });

  it('Low Frequency stays within its 51 levels and needs its pattern', async () => {
    expect(await peak('lf', noise(4))).toBeLessThanOrEqual(51);
    for (const none of [{}, { pattern: null }])
      expect(factsOf(() => defaultTrigger('lf', { target: 0, ...none }))).toMatchObject({
        ...{ code: 'badInput', field: 'trigger.pattern' },
      });
  });

  it('SIG stays within Δ = 20 and has six waves', async () => {
    expect(await peak('sig', flat(128))).toBeLessThanOrEqual(20);
    const out = await createAttack(defaultTrigger('sig', { target: 0 })).apply(flat(128));
    const row = Array.from({ length: 32 }, (_, column) => (out[column * 3] ?? 0) >= 128);
    expect(row.filter((up, i) => up && row[i - 1] !== true).length).toBe(6);
  });

  it('WaNet moves no pixel of a flat image, and changes others', async () => {
    expect(await peak('wanet', flat(99))).toBe(0);
    expect(await peak('wanet', noise(1))).toBeGreaterThan(0);
  });

  it('WaNet’s grid, changed and changed back, is the default again', () => {
    const first = defaultTrigger('wanet', { target: 0 });
    const there = withParams(first, { gridSize: 7 });
    expect(withParams(there, { gridSize: 4 })).toEqual(first);
  });

  it('SSBA hides 100 bits', () => {
    const { message } = defaultTrigger('ssba', { target: 0 });
    expect(message).toMatch(/^[0-9a-f]{25}$/);
    expect(message).not.toBe('0'.repeat(25));
  });
});

it('triggers of different kinds, sizes and values are different', () => {
  const badnets = defaultTrigger('badnets', { target: 0 });
  expect(sameTrigger(badnets, null)).toBe(false);
  expect(sameTrigger(null, null)).toBe(true);
  expect(sameTrigger(badnets, defaultTrigger('sig', { target: 0 }))).toBe(false);
  expect(sameTrigger(badnets, withParams(badnets, { colour: [255, 255, 254] }))).toBe(false);
});
