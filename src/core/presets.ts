import type { Preset, RunSpec } from './runSpec.ts';

/** Settings shared by the presets; fine-tuning follows the paper's section 4 and released code. */
const BASE = {
  version: 1,
  control: 'none',
  fineTune: {
    epochs: 10,
    retrainRatio: 0.1,
    learningRate: 0.01,
    momentum: 0.9,
    weightDecay: 0,
    batchSize: 256,
    mask: true,
  },
  evaluation: { images: 2000 },
  seed: 0,
} as const;

/**
 * `paper`: Algorithm 1 as printed, ε = 1/255, p = 64. `released`: the authors' code with the
 * map-to-ranking order corrected. `lab`: what works here (README, "Does it work?"): five steps, ε by
 * search, two epochs, because more of them revive the blended backdoor that pruning removed.
 */
export function presetSpec(preset: Exclude<Preset, 'custom'>, model: string): RunSpec {
  switch (preset) {
    case 'paper':
      return {
        ...BASE,
        model,
        preset,
        frg: {
          ...{ variant: 'projected', eps: 1 / 255, steps: 1, alpha: 'auto' },
          ...{ images: 32, maps: 'all' },
        },
        score: 'accuracy',
        selection: 'global',
        p: 64,
      };
    case 'released':
      return {
        ...BASE,
        model,
        preset,
        frg: {
          ...{ variant: 'released', eps: 0.06, steps: 1, alpha: 0.02 },
          ...{ images: 32, maps: 'all' },
        },
        score: 'accuracy',
        selection: 'perLayer',
        p: 64,
      };
    case 'lab':
      return {
        ...BASE,
        model,
        preset,
        frg: {
          ...{ variant: 'projected', eps: 'auto', steps: 5, alpha: 'auto' },
          ...{ images: 16, maps: 'all' },
        },
        score: 'targetShare',
        selection: 'global',
        p: 16,
        fineTune: { ...BASE.fineTune, epochs: 2 },
      };
  }
}
