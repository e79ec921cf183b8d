import type { AttackSpec } from '../../src/formats/attackSpec.ts';
import type { EncoderManifest } from '../../src/formats/encoderFolder.ts';
import type { Manifest } from '../../src/formats/manifest.ts';
import { TINY_PLAN } from './weights.ts';

const HASH = '0'.repeat(64);
const { family, width, blocks, classes } = TINY_PLAN.architecture;

export const BADNETS_SPEC = {
  kind: 'badnets',
  target: 1,
  poisoningRate: 0.1,
  patch: { size: 3, corner: 'bottomRight', colour: [255, 255, 255] },
} satisfies AttackSpec;

export const BLENDED_SPEC = {
  kind: 'blended',
  target: 0,
  poisoningRate: 0.1,
  alpha: 0.2,
  pattern: { file: 'pattern.safetensors', tensor: 'pattern', sha256: HASH },
} satisfies AttackSpec;

const stored = (name: string) => ({ file: `${name}.safetensors`, tensor: name, sha256: HASH });

/** One attack of each kind, as a manifest describes it. */
export const ATTACK_SPECS: readonly AttackSpec[] = [
  BADNETS_SPEC,
  BLENDED_SPEC,
  { kind: 'lf', target: 0, poisoningRate: 0.1, pattern: stored('pattern') },
  {
    ...{ kind: 'ssba', target: 0, poisoningRate: 0.1, message: '0123456789abcdef012345678' },
    encoder: { model: 'ssba-encoder', sha256: HASH },
  },
  {
    ...{ kind: 'wanet', target: 0, poisoningRate: 0.1, strength: 0.5, gridSize: 4 },
    ...{ crossRatio: 2, field: stored('field') },
  },
  { kind: 'sig', target: 0, poisoningRate: 0.1, delta: 40, frequency: 6 },
];

/** A valid manifest of a tiny BadNets model, for tests to spoil. */
export const MANIFEST: Manifest = {
  schema: 1,
  id: 'tiny-badnets',
  title: 'Tiny',
  summary: 'A network for tests.',
  architecture: { family, width, blocks: [...blocks], classes },
  normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  data: {
    ...{ id: 'signs', trainImages: 20, testImages: 10, seed: 0 },
    sha256: { train: HASH, test: HASH },
  },
  classes: ['a', 'b', 'c'],
  attack: BADNETS_SPEC,
  training: {
    ...{ command: 'train', framework: 'none', seed: 1, epochs: 1, batchSize: 2 },
    ...{ optimizer: 'SGD', schedule: 'none', augmentation: 'none', seconds: 1 },
  },
  weights: { file: 'weights.safetensors', sha256: HASH, bytes: 1, dtype: 'F32', maxLogitError: 0 },
  metrics: { acc: { value: 0.9, n: 10 }, asr: { value: 1, n: 9 }, ra: { value: 0, n: 9 } },
};

/** A valid manifest of the SSBA encoder. */
export const ENCODER_MANIFEST: EncoderManifest = {
  ...{ schema: 1, kind: 'ssbaEncoder', id: 'ssba-encoder', bits: 100 },
  ...{ title: 'SSBA encoder', summary: 'Hides 100 bits in an image.' },
  weights: { file: 'weights.safetensors', sha256: HASH, bytes: 1, dtype: 'F32' },
  training: MANIFEST.training,
  metrics: { psnr: { value: 30, n: 10 }, bitAccuracy: { value: 0.99, n: 1000 } },
};

/** A copy of a value with what lies at a dotted path replaced. */
export function withAt(value: object, path: string, replacement: unknown): unknown {
  const copy = structuredClone(value);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = replacement;
  return copy;
}
