import { describe, expect, it } from 'vitest';
import { attackParams, withParams } from '../../../src/core/attacks/params.ts';
import { redraw } from '../../../src/core/attacks/redraw.ts';
import { parseTrigger, type TriggerSpec } from '../../../src/core/attacks/trigger.ts';
import { factsOf } from '../../support/facts.ts';
import { noise, SSBA, TRIGGERS } from './triggers.ts';

const ALL: readonly TriggerSpec[] = [...Object.values(TRIGGERS), SSBA];

describe.each(ALL)('$kind', (trigger) => {
  const params = attackParams(trigger);

  it('shows its own values, in range', () => {
    expect(parseTrigger(trigger)).toEqual(trigger);
    for (const param of params) {
      expect(trigger).toHaveProperty(param.key, param.value);
      if (param.type === 'choice')
        expect(param.options.map(({ value }) => value)).toContain(param.value);
      if (param.type === 'text') expect(param.value).toMatch(new RegExp(param.pattern));
    }
  });

  it('takes both ends of every range and nothing beyond', () => {
    for (const param of params) {
      if (param.type !== 'number') continue;
      const { key, range } = param;
      for (const value of [range.min, range.max]) {
        const changed = withParams(trigger, { [key]: value });
        expect(changed).toMatchObject({ kind: trigger.kind, target: trigger.target, [key]: value });
      }
      for (const value of [range.min - range.step, range.max + range.step, NaN]) {
        const facts = factsOf(() => withParams(trigger, { [key]: value }));
        expect(facts).toMatchObject({ code: 'badInput', field: `trigger.${key}` });
        expect(facts.expected).toBeTruthy();
      }
    }
  });

  it('is drawn anew by a seed, always the same, always valid', () => {
    expect(redraw(trigger, 7)).toEqual(redraw(trigger, 7));
    const others = [1, 2, 3].map((seed) => redraw(trigger, seed));
    if (trigger.kind === 'ownBlend') expect(others[0]).toEqual(trigger);
    else expect(others).not.toEqual([trigger, trigger, trigger]);
  });
});

describe('changed settings', () => {
  it('leave the trigger that they came from as it was', () => {
    const before = structuredClone(TRIGGERS.wanet);
    expect(withParams(TRIGGERS.wanet, { strength: 1 })).toEqual({ ...before, strength: 1 });
    expect(TRIGGERS.wanet).toEqual(before);
  });

  it('draw a field for another grid, and keep the one there is for the same', () => {
    const six = withParams(TRIGGERS.wanet, { gridSize: 6 });
    expect(six).toMatchObject({ kind: 'wanet', gridSize: 6, field: { length: 72 } });
    expect(withParams(TRIGGERS.wanet, { gridSize: 6 })).toEqual(six);
    expect(withParams(TRIGGERS.wanet, { gridSize: 4 })).toEqual(TRIGGERS.wanet);
  });

  it('take words, colours and pictures', () => {
    expect(withParams(TRIGGERS.badnets, { corner: 'topLeft', colour: [1, 2, 3] })).toMatchObject({
      ...{ corner: 'topLeft', colour: [1, 2, 3] },
    });
    expect(withParams(TRIGGERS.lf, { pattern: noise(1) })).toMatchObject({ pattern: noise(1) });
    const message = 'f'.repeat(25);
    expect(withParams(SSBA, { message })).toMatchObject({ message });
  });

  it.each<[TriggerSpec, string, unknown, string]>([
    [TRIGGERS.badnets, 'corner', 'middle', '"middle"'],
    [TRIGGERS.badnets, 'colour', [0, 0, 256], '256'],
    [TRIGGERS.badnets, 'size', 2.5, '2.5'],
    [TRIGGERS.blended, 'pattern', new Uint8Array(5), '5 bytes'],
    [SSBA, 'message', 'F'.repeat(25), `"${'F'.repeat(25)}"`],
    [TRIGGERS.sig, 'frequency', '6', '"6"'],
    [TRIGGERS.sig, 'target', 3, 'target'],
    [TRIGGERS.sig, 'kind', 'lf', 'kind'],
  ])('refuse what cannot be: %#', (trigger, key, value, got) => {
    const facts = factsOf(() => withParams(trigger, { [key]: value as string }));
    expect(facts).toMatchObject({ code: 'badInput', got });
    expect(facts.field).toMatch(new RegExp(`^trigger\\.${key}`));
  });

  it('know a field by its size and its values', () => {
    const { wanet } = TRIGGERS;
    for (const field of [new Float32Array(31), new Float32Array(32).fill(NaN)])
      expect(factsOf(() => parseTrigger({ ...wanet, field })).field).toBe('trigger.field');
    expect(factsOf(() => parseTrigger('lf')).field).toBe('trigger');
  });
});
