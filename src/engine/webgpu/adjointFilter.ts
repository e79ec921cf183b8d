/** `FmpAdjointFilter` on WebGPU: one thread per weight. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { adjointShape } from '../../core/network/adjoint.ts';
import type { KernelContract } from '../../core/network/kernels.ts';
import { runFlat } from './flat.ts';
import type { InfosOf, KernelBackend } from './infos.ts';

export function adjointFilter(
  backend: KernelBackend,
  { filter }: InfosOf<KernelContract['FmpAdjointFilter']['inputs']>,
  { stride }: KernelContract['FmpAdjointFilter']['attrs'],
): TensorInfo {
  const [k = 0] = filter.shape;
  const body =
    stride === 1
      ? `
    let tap = ${k * k - 1} - index / (ci * co);
    value = weights[(tap * ci + i) * co + o];`
      : `
    let phase = (index / ci) % 4;
    let at = index / (4 * ci * co);
    let row = ${k === 1 ? 'select(3, 0, phase == 0)' : tapOf('at / 2', 'phase / 2')};
    let column = ${k === 1 ? '0' : tapOf('at % 2', 'phase % 2')};
    let inside = (row < 3) & (column < 3);
    let tap = select(0, row * ${k} + column, inside);
    value = select(0.0, weights[(tap * ci + i) * co + o], inside);`;
  return runFlat(backend, {
    ...{ key: `fmpAdjointFilter ${k} ${stride}`, width: 1 },
    operands: [{ name: 'weights', tensor: filter, width: 1 }],
    outShape: adjointShape(filter.shape, stride),
    body: `
    let ci = uniforms.weightsShape.z;
    let co = uniforms.weightsShape.w;
    let i = index % ci;
    let o = (index / (ci * ${stride * stride})) % co;
${body}`,
  });
}

/** The filter row that an output row of phase `a` meets at distance `u`; 3: none. */
const tapOf = (u: string, a: string): string =>
  `select(select(0, 3, ${a} == 0), 1 + ${a}, ${u} == 0)`;
