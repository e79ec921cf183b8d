import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOptions, type Option } from '../../src/cli/args.ts';
import { nearest } from '../../src/cli/nearest.ts';
import { SPEC_OPTIONS, specOf } from '../../src/cli/runOptions.ts';
import { decimal, fraction } from '../../src/cli/values.ts';
import { describeError, FmpError } from '../../src/core/errors.ts';
import { presetSpec } from '../../src/core/presets.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';

const OPTIONS: readonly Option[] = [
  ...SPEC_OPTIONS,
  { name: 'quiet', value: null, help: 'no progress' },
];
const spec = (...args: string[]): RunSpec => specOf(parseOptions('run', args, OPTIONS));
const on = (...args: string[]): RunSpec => spec('--model', 'm', ...args);

function failure(...args: string[]): FmpError {
  try {
    spec(...args);
  } catch (error) {
    if (error instanceof FmpError) return error;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}

describe('a run that is asked for', () => {
  it('is the lab preset where nothing else is said', () => {
    expect(on()).toEqual(presetSpec('lab', 'm'));
    for (const preset of ['paper', 'released', 'lab'] as const)
      expect(on('--preset', preset)).toEqual(presetSpec(preset, 'm'));
  });

  it('takes eps as a fraction, a decimal or auto', () => {
    expect(on('--eps', '8/255').frg.eps).toBe(8 / 255);
    expect(on('--eps=0.03').frg.eps).toBe(0.03);
    expect(on('--preset', 'paper', '--eps', 'auto').frg.eps).toBe('auto');
    expect(on('--alpha', '2/255').frg.alpha).toBe(2 / 255);
  });

  it('is custom once an option departs from the recipe', () => {
    expect(on('--p', '32')).toEqual({ ...presetSpec('lab', 'm'), preset: 'custom', p: 32 });
    expect(on('--preset', 'paper', '--p', '64').preset).toBe('paper');
  });

  it('keeps the preset under another seed, control or test set', () => {
    const other = on('--seed', '7', '--control', 'random', '--test-images', '500');
    expect(other).toMatchObject({ preset: 'lab', seed: 7, control: 'random' });
    expect(other.evaluation.images).toBe(500);
  });

  it('takes feature maps that stay', () => {
    expect(on('--keep', '12,40')).toEqual({ ...presetSpec('lab', 'm'), keep: [12, 40] });
    expect(on('--keep', '7').preset).toBe('lab');
  });

  it('sweeps in two stages where that is asked for', () => {
    const { frg, preset } = on('--two-stage', '--images', '64');
    expect([frg.twoStage, frg.images, preset]).toEqual([true, 64, 'custom']);
    expect('twoStage' in on().frg).toBe(false);
  });

  it('reads every other option', () => {
    const args = '--steps 3 --score collapse --selection perLayer --maps inner --images 8';
    const all = on(...args.split(' '), '--retrain-ratio', '1/20', '--epochs', '0');
    expect(all.frg).toMatchObject({ steps: 3, maps: 'inner', images: 8 });
    expect(all).toMatchObject({ score: 'collapse', selection: 'perLayer', preset: 'custom' });
    expect(all.fineTune).toMatchObject({ retrainRatio: 0.05, epochs: 0 });
  });
});

describe('hostile values', () => {
  it.each([
    ['--eps', '300/255'],
    ['--eps', '-0.1'],
    ['--eps', '1/0'],
    ['--eps', '1/2/3'],
    ['--eps', 'NaN'],
    ['--eps', 'Infinity'],
    ['--eps', '0x1'],
    ['--eps', ''],
    ['--alpha', '2'],
    ['--steps', '0'],
    ['--steps', '1.5'],
    ['--steps', '1e9'],
    ['--p', '0'],
    ['--p', '-5'],
    ['--p', 'NaN'],
    ['--p', '12abc'],
    ['--images', '0'],
    ['--images', '513'],
    ['--retrain-ratio', '0'],
    ['--retrain-ratio', '1.01'],
    ['--epochs', '-1'],
    ['--patience', '0'],
    ['--seed', '4294967296'],
    ['--seed', '0.5'],
    ['--test-images', '0'],
    ['--score', 'Accuracy'],
    ['--selection', 'both'],
    ['--maps', 'none'],
    ['--control', 'luck'],
    ['--keep', '1,,2'],
    ['--keep', '-1'],
    ['--keep', '0.5'],
    ['--keep', 'all'],
    ['--preset', 'custom'],
  ])('%s %j names the option, what it got and what it expects', (option, value) => {
    const { facts } = failure('--model', 'm', option, value);
    expect(facts).toMatchObject({ code: 'badInput', field: option, got: JSON.stringify(value) });
    expect(facts.expected).not.toBe('');
    expect(facts.remedy).not.toBe('');
  });

  it('names the nearest option for one that is unknown', () => {
    const line = describeError(failure('--model', 'm', '--epz', '0.1'));
    expect(line).toContain('--epz');
    expect(line).toContain('nearest is --eps');
    expect(describeError(failure('-p', '3'))).toContain('nearest is --p');
  });

  it.each([
    [['--p', '3', '--p', '4'], '--p', 'twice'],
    [['--eps', '--steps', '5'], '--eps', 'without a value'],
    [['--steps'], '--steps', 'without a value'],
    [['--quiet=yes'], '--quiet', 'takes no value'],
    [['signs-badnets'], 'signs-badnets', 'unexpected argument'],
  ])('%j', (args, field, says) => {
    const error = failure('--model', 'm', ...args);
    expect(error.facts.field).toBe(field);
    expect(error.message).toContain(says);
  });

  it('asks for a model', () => {
    expect(failure('--p', '64').facts.field).toBe('--model');
    expect(failure('--model', '').facts.field).toBe('--model');
  });

  it('never throws anything but an error that a person can act on', () => {
    const names = OPTIONS.map(({ name }) => `--${name}`);
    const word = fc.oneof(fc.constantFrom(...names, '--', '-', '8/255', 'lab'), fc.string());
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        try {
          spec(...args);
        } catch (error) {
          expect(error).toBeInstanceOf(FmpError);
        }
      }),
    );
  });
});

describe('numbers', () => {
  it('are decimal, finite and whole texts', () => {
    expect(['1', '.5', '1.', '1e-3', '+2'].map(decimal)).toEqual([1, 0.5, 1, 0.001, 2]);
    expect(['', ' 1', '1 ', '0x1', '1e999', '1,5', '--1'].map(decimal)).toEqual(
      Array<undefined>(7).fill(undefined),
    );
    expect(fraction('3/4')).toBe(0.75);
    expect(fraction('/4')).toBeUndefined();
  });
});

describe('nearest', () => {
  it('is fewest edits away', () => {
    expect(nearest('retrainratio', ['seed', 'retrain-ratio', 'epochs'])).toBe('retrain-ratio');
    expect(nearest('SEED', ['steps', 'seed'])).toBe('seed');
    expect(nearest('x', [])).toBe('');
  });
});
