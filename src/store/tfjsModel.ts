import { FmpError } from '../core/errors.ts';

/** Parts of a TensorFlow.js `model.json`; it has the second, and the first where it has layers. */
const PARTS = ['modelTopology', 'weightsManifest'] as const;

/** Names that TensorFlow.js gives the files of a model's weights. */
const SHARD = /(^|\/)group\d+-shard\d+of\d+(\.bin)?$/;

export const isTfjsShard = (path: string): boolean => SHARD.test(path);

/** @returns why such a model cannot be opened; null where the value is not one */
export function tfjsModel(value: unknown): FmpError | null {
  if (typeof value !== 'object' || value === null) return null;
  const field = PARTS.find((part) => Object.hasOwn(value, part));
  if (field === undefined) return null;
  return new FmpError('this is a TensorFlow.js model, whose layers are not read here', {
    ...{ code: 'badData', field, expected: 'the weights of a network in PyTorch’s names' },
    remedy: 'save the network’s state dict from PyTorch (.safetensors, .pt or .pth) and open that',
  });
}
