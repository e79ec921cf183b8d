import { describe, expect, it } from 'vitest';
import { presetSpec } from '../../src/core/presets.ts';
import { checkKeep, checkP, parseRunSpec } from '../../src/core/runSpec.ts';
import { factsOf } from '../support/facts.ts';
import { withAt } from '../support/manifest.ts';

const SPEC = presetSpec('lab', 'signs-badnets');

describe('run spec', () => {
  it.each(['paper', 'released', 'lab'] as const)('accepts the preset %s', (preset) => {
    const spec = presetSpec(preset, 'signs-badnets');
    expect(parseRunSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    expect(spec).toMatchObject({ preset, model: 'signs-badnets' });
  });

  it.each([
    ['version', 2],
    ['model', ''],
    ['preset', 'other'],
    ['frg', null],
    ['frg.variant', 'both'],
    ['frg.eps', 1.5],
    ['frg.eps', 'none'],
    ['frg.steps', 0],
    ['frg.steps', 1.5],
    ['frg.alpha', -0.1],
    ['frg.images', 513],
    ['frg.maps', 'some'],
    ['score', 'margin'],
    ['selection', 'random'],
    ['p', 0.5],
    ['p', '64'],
    ['control', 'yes'],
    ['fineTune.epochs', -1],
    ['fineTune.retrainRatio', 0],
    ['fineTune.learningRate', 0],
    ['fineTune.momentum', 1],
    ['fineTune.weightDecay', -1],
    ['fineTune.batchSize', 1],
    ['fineTune.mask', 1],
    ['evaluation.images', 0],
    ['seed', -1],
    ['keep', '12'],
    ['keep.0', -1],
    ['keep.1', 0.5],
    ['seed', 2 ** 32],
  ])('names %s = %o', (field, value) => {
    const spec = { ...SPEC, ...(field.startsWith('keep') ? { keep: [3, 4] } : {}) };
    const facts = factsOf(() => parseRunSpec(withAt(spec, field, value)));
    expect(facts).toMatchObject({ code: 'badInput', field, got: JSON.stringify(value) });
    expect(facts.expected).toBeTruthy();
    expect(facts.remedy).toBeTruthy();
  });

  it.each([
    ['frg.eps', undefined],
    ['seed', undefined],
  ])('names %s where it is missing', (field, value) => {
    expect(factsOf(() => parseRunSpec(withAt(SPEC, field, value)))).toMatchObject({
      ...{ field, got: 'nothing' },
    });
  });

  it.each(['extra', 'frg.extra'])('refuses the unknown key %s', (field) => {
    const { expected } = factsOf(() => parseRunSpec(withAt(SPEC, field, 1)));
    expect(expected).toContain('extra');
  });

  it.each([null, 7, 'text', []])('refuses %o', (value) => {
    expect(factsOf(() => parseRunSpec(value))).toMatchObject({
      ...{ field: 'run spec', got: JSON.stringify(value) },
    });
  });

  it('takes maps to keep, and is the same as ever without', () => {
    expect(parseRunSpec({ ...SPEC, keep: [3, 40] }).keep).toEqual([3, 40]);
    expect('keep' in parseRunSpec(SPEC)).toBe(false);
    checkKeep([0, 9], 10);
    expect(factsOf(() => checkKeep([3, 10], 10))).toMatchObject({ field: 'keep', got: '10' });
  });

  it('bounds p by the number of candidates', () => {
    checkP(1, 10);
    checkP(10, 10);
    for (const p of [0.5, 10.5, NaN])
      expect(factsOf(() => checkP(p, 10))).toMatchObject({ field: 'p', got: String(p) });
  });
});
