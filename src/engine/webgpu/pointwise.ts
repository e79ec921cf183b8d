/** `FmpAffine` and `FmpFrgStep` on WebGPU: one pass over memory each. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContract } from '../../core/network/kernels.ts';
import { elementType, type FlatOperand, runFlat } from './flat.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { loadWidth } from './wgsl.ts';

export function affine(
  backend: KernelBackend,
  inputs: InfosOf<KernelContract['FmpAffine']['inputs']>,
  { relu }: KernelContract['FmpAffine']['attrs'],
): TensorInfo {
  const { x, scale, shift, other, otherScale, mask } = inputs;
  const width = loadWidth(x.shape.at(-1) ?? 0);
  const operands: FlatOperand[] = [
    { name: 'x', tensor: x, width },
    { name: 'scale', tensor: scale, width },
    { name: 'shift', tensor: shift, width },
  ];
  if (other !== undefined) operands.push({ name: 'other', tensor: other, width });
  if (otherScale !== undefined) operands.push({ name: 'otherScale', tensor: otherScale, width });
  if (mask !== undefined) operands.push({ name: 'mask', tensor: mask, width });
  const four = elementType(width);
  const kept =
    mask === undefined ? 'x[index]' : `select(${four}(0.0), x[index], mask[index] > ${four}(0.0))`;
  const second = other === undefined ? '' : 'value = fma(other[index], otherScale[c], value);';
  return runFlat(backend, {
    ...{
      key: `fmpAffine ${String(relu)} ${String(mask !== undefined)}`,
      operands,
      outShape: x.shape,
      width,
    },
    body: `
    let c = index % (uniforms.xShape.w / ${width});
    value = fma(${kept}, scale[c], shift[c]);
    ${second}
    ${relu ? `value = max(value, ${four}(0.0));` : ''}`,
  });
}

export function frgStep(
  backend: KernelBackend,
  { from, x, g }: InfosOf<KernelContract['FmpFrgStep']['inputs']>,
  { size, bound }: KernelContract['FmpFrgStep']['attrs'],
): TensorInfo {
  const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const width = loadWidth(count(g.shape.slice(1)));
  const four = elementType(width);
  const operands: FlatOperand[] = [
    { name: 'g', tensor: g, width },
    { name: 'start', tensor: from, width },
  ];
  if (x !== undefined) operands.push({ name: 'x', tensor: x, width });
  const int = (name: string, value: number) => ({ name, type: 'int32' as const, value });
  const float = (name: string, value: number) => ({ name, type: 'float32' as const, value });
  return runFlat(backend, {
    ...{ key: 'fmpFrgStep', operands, outShape: g.shape, width },
    uniforms: [
      ...[int('startSize', count(from.shape) / width), int('xSize', count(x?.shape ?? []) / width)],
      ...[float('length', size), float('bound', bound)],
    ],
    body: `
    value = start[index % uniforms.startSize] + uniforms.length * sign(g[index]);
    ${
      x === undefined
        ? ''
        : `
    let centre = x[index % uniforms.xSize];
    value = centre + clamp(value - centre, ${four}(-uniforms.bound), ${four}(uniforms.bound));`
    }
    value = clamp(value, ${four}(0.0), ${four}(1.0));`,
  });
}
