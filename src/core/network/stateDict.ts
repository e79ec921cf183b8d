import type { ConvSpec, NetworkPlan } from './layers.ts';

/** One tensor of a network on the host, row-major. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * All weights of a network under PyTorch's names and layouts: convolutions
 * [out, in, height, width], batch norm [channels], linear [outputs, inputs]; finite values,
 * `running_var` >= 0. `num_batches_tracked` is not part of it.
 */
export type StateDict = ReadonlyMap<string, StateTensor>;

/** The parameters and statistics of one batch norm, in PyTorch's order. */
export const NORM_TENSORS = ['weight', 'bias', 'running_mean', 'running_var'] as const;

type Shapes = (readonly [name: string, shape: readonly number[]])[];

/**
 * Name and shape of every tensor of the network, in PyTorch's registration order: that of
 * execution, but a block registers its shortcut last whenever it runs.
 */
export function stateShapes(plan: NetworkPlan): ReadonlyMap<string, readonly number[]> {
  const shapes: Shapes = [];
  const shortcut: Shapes = [];
  const shortcutNorms = new Set(
    plan.convs.filter((conv) => conv.role === 'shortcut').map((conv) => conv.norm),
  );
  for (const layer of plan.layers) {
    if (layer.op === 'conv')
      (layer.conv.role === 'shortcut' ? shortcut : shapes).push(...convShapes(layer.conv));
    else if (layer.op === 'batchNorm')
      (shortcutNorms.has(layer.name) ? shortcut : shapes).push(
        ...NORM_TENSORS.map((part) => [`${layer.name}.${part}`, [layer.channels]] as const),
      );
    else if (layer.op === 'add') shapes.push(...shortcut.splice(0));
  }
  for (const { name, inputs, outputs } of plan.head)
    shapes.push([`${name}.weight`, [outputs, inputs]], [`${name}.bias`, [outputs]]);
  return new Map(shapes);
}

/** Names of all gammas and betas. */
export function normParameters(plan: NetworkPlan): ReadonlySet<string> {
  return new Set(
    plan.layers.flatMap((layer) =>
      layer.op === 'batchNorm' ? [`${layer.name}.weight`, `${layer.name}.bias`] : [],
    ),
  );
}

function convShapes({ name, inChannels, outChannels, kernel, bias }: ConvSpec): Shapes {
  const weight = [`${name}.weight`, [outChannels, inChannels, kernel, kernel]] as const;
  return bias ? [weight, [`${name}.bias`, [outChannels]]] : [weight];
}
