/** `FmpUpstream` on WebGPU: one feature map per image, a dot product for each of its pixels. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContract } from '../../core/network/kernels.ts';
import { type FlatOperand, runFlat } from './flat.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { loadFour, loadWidth } from './wgsl.ts';

export function upstream(
  backend: KernelBackend,
  { input, filter, bias, channels, clean }: InfosOf<KernelContract['FmpUpstream']['inputs']>,
  { stride }: KernelContract['FmpUpstream']['attrs'],
): TensorInfo {
  const [batch = 0, , , inChannels = 0] = input.shape;
  const [images = 0, height = 0, width = 0] = clean.shape;
  const [kernel = 0] = filter.shape;
  const lanes = loadWidth(inChannels);
  const operands: FlatOperand[] = [
    { name: 'x', tensor: input, width: lanes },
    { name: 'weights', tensor: filter, width: 1 },
    { name: 'channels', tensor: channels, width: 1 },
    { name: 'clean', tensor: clean, width: 1 },
  ];
  if (bias !== undefined) operands.push({ name: 'bias', tensor: bias, width: 1 });
  return runFlat(backend, {
    key: `fmpUpstream ${JSON.stringify({ stride, kernel })}`,
    ...{ operands, width: 1, outShape: [batch, height, width, 1] },
    uniforms: [{ name: 'images', type: 'int32', value: images }],
    body: `
    let column = index % uniforms.outShape.z;
    let line = index / uniforms.outShape.z;
    let row = line % uniforms.outShape.y;
    let image = line / uniforms.outShape.y;
    let channel = channels[image / uniforms.images];
    let depth = uniforms.xShape.w;
    let filterRow = uniforms.weightsShape.w;
    for (var ky = 0; ky < ${kernel}; ky++) {
      let y = row * ${stride} + ky - ${kernel === 3 ? 1 : 0};
      for (var kx = 0; kx < ${kernel}; kx++) {
        let x0 = column * ${stride} + kx - ${kernel === 3 ? 1 : 0};
        if (u32(y) < u32(uniforms.xShape.y) && u32(x0) < u32(uniforms.xShape.z)) {
          let base = ((image * uniforms.xShape.y + y) * uniforms.xShape.z + x0) * depth;
          let tap = (ky * ${kernel} + kx) * depth * filterRow + channel;
          for (var c = 0; c < depth; c += 4) {
            let w = vec4<f32>(weights[tap + c * filterRow], weights[tap + (c + 1) * filterRow],
              weights[tap + (c + 2) * filterRow], weights[tap + (c + 3) * filterRow]);
            value += dot(${loadFour('x', lanes, 'base + c', 'c', 'depth')}, w);
          }
        }
      }
    }
    ${bias === undefined ? '' : 'value += bias[channel];'}
    let place = ((image % uniforms.images) * uniforms.outShape.y + row) * uniforms.outShape.z + column;
    value = 2.0 * (value - clean[place * filterRow + channel]);`,
  });
}
