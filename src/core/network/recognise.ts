/** Which network a state dict belongs to, from the names and shapes of its tensors alone. */
import { FmpError } from '../errors.ts';
import {
  type Architecture,
  FAMILIES,
  POOL_COPIES,
  type ResNetArchitecture,
  type VggBnArchitecture,
  type WideResNetArchitecture,
} from './architecture.ts';
import { Found, type Shapes } from './found.ts';

/**
 * Family, sizes and naming of the network with these tensors, under PyTorch's names without any
 * prefix of a wrapper. Whether all the rest fits is for a check of the whole state dict to say.
 * @throws FmpError badModel saying what was found and which networks are known
 */
export function recogniseArchitecture(tensors: Shapes): Architecture {
  const found = new Found(tensors);
  if (found.has('features.0.weight')) return vggBn(found);
  if (found.has('block1.layer.0.conv1.weight')) return wideResNet(found);
  if (found.has('layer1.0.conv1.weight')) return residual(found);
  throw new FmpError('no known network has these tensors', {
    code: 'badModel',
    got: found.listed(),
    expected: `one of: ${Object.values(FAMILIES).join('; ')}`,
    remedy: 'use the state dict of one of these networks for 32×32 images',
  });
}

/** A stem batch norm tells the post-activation network from the pre-activation one. */
function residual(found: Found): Architecture {
  if (found.has('layer1.0.conv3.weight'))
    throw found.unlike('layer1.0.conv3.weight', 'blocks of two convolutions (no bottleneck)');
  const [width] = found.shape('conv1.weight', '[width, 3, 3, 3]', [null, 3, 3, 3]);
  const blocks = found.stages((stage, b) => `layer${String(stage)}.${String(b)}.conv1.weight`);
  if (found.has('bn1.weight')) return resNet(found, width, blocks);
  const [classes] = found.matrix('linear.weight');
  return { family: 'PreActResNet', width, blocks, classes };
}

function resNet(found: Found, width: number, blocks: readonly number[]): ResNetArchitecture {
  const shortcut = found.has('layer2.0.downsample.0.weight') ? 'downsample' : 'shortcut';
  const linear = found.has('fc.weight') ? 'fc' : 'linear';
  const [classes] = found.matrix(`${linear}.weight`);
  return { family: 'ResNet', width, blocks, shortcut, linear, classes };
}

function wideResNet(found: Found): WideResNetArchitecture {
  const [stem] = found.shape('conv1.weight', '[stem, 3, 3, 3]', [null, 3, 3, 3]);
  const first = 'block1.layer.0.conv1.weight';
  const [width] = found.shape(first, '[width, stem, 3, 3]', [null, stem, 3, 3]);
  const [classes] = found.matrix('fc.weight');
  const blocks = found.stages((s, b) => `block${String(s)}.layer.${String(b)}.conv1.weight`);
  return { family: 'WideResNet', stem, width, blocks, classes };
}

/** Most stages that leave a pixel of 32. */
const MOST_STAGES = 5;

/**
 * A convolution, its batch norm and the ReLU take three numbers of the sequence, a max pool one
 * more: the numbers alone tell where the pools are. The last layer is a pool.
 */
function vggBn(found: Found): VggBnArchitecture {
  const stages: number[][] = [[]];
  let channels = 3;
  let index = 0;
  for (;;) {
    const name = `features.${String(index)}.weight`;
    const filter = `[channels, ${String(channels)}, 3, 3]`;
    const [out] = found.shape(name, filter, [null, channels, 3, 3]);
    found.shape(`features.${String(index + 1)}.running_mean`, `[${String(out)}] (batch norm)`, [
      out,
    ]);
    stages.at(-1)?.push(out);
    channels = out;
    if (found.has(`features.${String(index + 3)}.weight`)) index += 3;
    else if (found.has(`features.${String(index + 4)}.weight`)) {
      index += 4;
      stages.push([]);
    } else break;
  }
  if (stages.length > MOST_STAGES)
    throw found.unlike(`features.${String(index)}.weight`, `at most ${String(MOST_STAGES)} pools`);
  const linears = found.linears('classifier');
  const copied = hasPoolCopies(found, linears[0], channels);
  // With fewer pools the 7×7 positions are not copies of one.
  if (copied && stages.length < MOST_STAGES)
    throw found.unlike(`${linears[0] ?? ''}.weight`, `[outputs, ${String(channels)}]`);
  const outputs = linearOutputs(found, linears, copied ? channels * POOL_COPIES : channels);
  return {
    ...{ family: 'VggBn', stages, bias: found.has('features.0.bias'), linears },
    ...{ hidden: outputs.slice(0, -1), classes: outputs.at(-1) ?? 0 },
    ...(copied ? { copies: POOL_COPIES } : {}),
  };
}

/** Whether the first linear layer follows torchvision's 7×7 pool. */
function hasPoolCopies(found: Found, first: string | undefined, channels: number): boolean {
  if (first === undefined)
    throw found.unlike('classifier.weight', 'the linear layer after the features');
  return found.matrix(`${first}.weight`)[1] === channels * POOL_COPIES;
}

/** Outputs of each linear layer. @param columns of the first one */
function linearOutputs(found: Found, linears: readonly string[], columns: number): number[] {
  let inputs = columns;
  return linears.map((name, i) => {
    const [outputs] = found.shape(`${name}.weight`, `[outputs, ${String(inputs)}]`, [null, inputs]);
    inputs = outputs;
    const [at, next] = [name, linears[i + 1]].map((n) => Number(n?.split('.')[1] ?? NaN));
    if (at !== undefined && next !== undefined && next - at < 2)
      throw found.unlike(`${linears[i + 1] ?? name}.weight`, 'a ReLU between two linear layers');
    return outputs;
  });
}
