/**
 * `FmpFirstStep` on WebGPU: the first step back from one feature map. All but one channel of the
 * gradient are zero, so each output is a sum over filter positions alone, and memory is the bound.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContract } from '../../core/network/kernels.ts';
import { elementType, type FlatOperand, runFlat } from './flat.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { loadWidth, unroll } from './wgsl.ts';

export function firstStep(
  backend: KernelBackend,
  { upstream, filter, channels, mask }: InfosOf<KernelContract['FmpFirstStep']['inputs']>,
  { stride, own }: KernelContract['FmpFirstStep']['attrs'],
): TensorInfo {
  const [batch = 0, height = 0, width = 0] = upstream.shape;
  const [kernel = 0, , , columns = 0] = filter.shape;
  const [maps = 0] = channels.shape;
  const images = own ? batch / maps : batch;
  const inChannels = stride === 2 ? columns / 4 : columns;
  const lanes = loadWidth(inChannels);
  const operands: FlatOperand[] = [
    { name: 'upstream', tensor: upstream, width: 1 },
    { name: 'weights', tensor: filter, width: lanes },
    { name: 'channels', tensor: channels, width: 1 },
  ];
  if (mask !== undefined) operands.push({ name: 'mask', tensor: mask, width: lanes });
  const zero = `${elementType(lanes)}(0.0)`;
  return runFlat(backend, {
    key: `fmpFirstStep ${JSON.stringify({ stride, own, kernel })}`,
    ...{ operands, width: lanes },
    outShape: [maps * images, height * stride, width * stride, inChannels],
    uniforms: [{ name: 'images', type: 'int32', value: images }],
    body: `
    let quads = uniforms.outShape.w / ${lanes};
    let quad = index % quads;
    let pixel = index / quads;
    let x = pixel % uniforms.outShape.z;
    let row = pixel / uniforms.outShape.z;
    let y = row % uniforms.outShape.y;
    let image = row / uniforms.outShape.y;
    let channel = channels[image / uniforms.images];
    let start = image % uniforms.images;
    let filterRow = uniforms.weightsShape.w / ${lanes};
    ${stride === 2 ? 'let column = (2 * (y & 1) + (x & 1)) * quads + quad;' : 'let column = quad;'}
${unroll(kernel, (ky) => unroll(kernel, (kx) => tap(ky, kx, kernel, stride, own)))}
    ${
      mask === undefined
        ? ''
        : `value = select(${zero}, value,
      mask[(((image % uniforms.maskShape.x) * uniforms.outShape.y + y) * uniforms.outShape.z + x) * quads + quad]
        > ${zero});`
    }`,
  });
}

/** At stride 2, filter positions beyond a pixel's phase are zero in the adjoint filter. */
function tap(ky: number, kx: number, kernel: number, stride: number, own: boolean): string {
  const pad = stride === 1 && kernel === 3 ? 1 : 0;
  const at = (axis: string, k: number): string =>
    stride === 2 ? `(${axis} >> 1u) + ${k}` : `${axis} + ${k - pad}`;
  const index = own
    ? '(image * uniforms.upstreamShape.y + fromY) * uniforms.upstreamShape.z + fromX'
    : `((start * uniforms.upstreamShape.y + fromY) * uniforms.upstreamShape.z + fromX)
          * uniforms.upstreamShape.w + channel`;
  return `
    {
      let fromY = ${at('y', ky)};
      let fromX = ${at('x', kx)};
      let inside = (u32(fromY) < u32(uniforms.upstreamShape.y))
        & (u32(fromX) < u32(uniforms.upstreamShape.z));
      let g = select(0.0, upstream[select(0, ${index}, inside)], inside);
      let weight = weights[(${ky * kernel + kx} * uniforms.weightsShape.z + channel) * filterRow + column];
      value += g * weight;
    }`;
}
