import type { NetworkPlan } from './plan.ts';

/** One tensor of a network on the host, row-major. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * All weights of a PreActResNet under PyTorch's names and layouts: convolutions
 * [out, in, height, width], batch norm [channels], linear [classes, features]; finite values,
 * `running_var` >= 0. `num_batches_tracked` is not part of it.
 */
export type StateDict = ReadonlyMap<string, StateTensor>;

/** The parameters and statistics of one batch norm, in PyTorch's order. */
export const NORM_TENSORS = ['weight', 'bias', 'running_mean', 'running_var'] as const;

/** Name and shape of every tensor of the network, in PyTorch's registration order. */
export function stateShapes(plan: NetworkPlan): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const addNorm = (name: string, channels: number): void => {
    for (const part of NORM_TENSORS) shapes.set(`${name}.${part}`, [channels]);
  };
  const addConv = (conv: NetworkPlan['stem']): void => {
    shapes.set(`${conv.name}.weight`, [
      conv.outChannels,
      conv.inChannels,
      conv.kernel,
      conv.kernel,
    ]);
  };
  addConv(plan.stem);
  for (const block of plan.blocks) {
    addNorm(`${block.name}.bn1`, block.conv1.inChannels);
    addConv(block.conv1);
    addNorm(`${block.name}.bn2`, block.conv1.outChannels);
    addConv(block.conv2);
    if (block.shortcut !== null) addConv(block.shortcut);
  }
  shapes.set('linear.weight', [plan.architecture.classes, plan.features]);
  shapes.set('linear.bias', [plan.architecture.classes]);
  return shapes;
}
