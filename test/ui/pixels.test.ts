import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { heat, opaque, picture, signed, triggerView } from '../../src/ui/charts/pixels.ts';
import { fakeSamples } from '../support/fakeModel.ts';

it('finds the trigger and magnifies it', () => {
  const { clean, triggered } = fakeSamples();
  if (triggered === null) throw new Error('the fake samples have a trigger');
  const view = triggerView(picture(clean, 0), picture(triggered, 0));
  expect(view.side).toBe(12);
  expect(view.x).toBeLessThanOrEqual(27);
  expect(view.x + view.side).toBe(32);
  expect(view.magnified).toHaveLength(12 * 12 * 4);
  expect(view.gain).toBeGreaterThanOrEqual(1);
  expect([...view.difference.subarray(0, 4)]).toEqual([127, 127, 127, 255]);
});

it('keeps equal pictures grey', () => {
  const { clean } = fakeSamples();
  const view = triggerView(picture(clean, 0), picture(clean, 0));
  expect(new Set(view.difference)).toEqual(new Set([127, 255]));
});

it('colours from end to end of its scales', () => {
  expect([...opaque(Uint8Array.from([1, 2, 3]))]).toEqual([1, 2, 3, 255]);
  expect([...heat(Float32Array.from([0]), 0, 1)]).toEqual([0, 32, 77, 255]);
  expect(heat(Float32Array.from([1]), 0, 1)[0]).toBeGreaterThan(250);
  expect([...signed(Float32Array.from([0, 0, 0]), 0.1).subarray(0, 3)]).toEqual([240, 238, 233]);
});

it('gives every picture an edge inside its own box: a white corner ends before a white page', () => {
  const css = readFileSync('src/ui/styles/model.css', 'utf8');
  const [rule = ''] = /^\.pix \{[^}]*\}/m.exec(css) ?? [];
  expect(rule).toMatch(/outline: 1px solid [^;]*var\(--ink\)/);
  expect(rule).toContain('outline-offset: -1px');
});
