/** Programs with one thread per element (or four neighbouring channels) of the output. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from './infos.ts';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';

const THREADS = 64;

export interface FlatOperand {
  /** Its name in the shader. */
  readonly name: string;
  readonly tensor: TensorInfo;
  readonly width: 1 | 4;
}

export interface FlatProgram {
  /** With the names and widths of the operands, all that the text of the shader depends on. */
  readonly key: string;
  readonly operands: readonly FlatOperand[];
  readonly outShape: readonly number[];
  /** Scalars per thread. */
  readonly width: 1 | 4;
  /** Declared in this order. */
  readonly uniforms?: readonly {
    readonly name: string;
    readonly type: 'int32' | 'float32';
    readonly value: number;
  }[];
  /** Statements that end in an assignment to `value`, the output at `index`, counted in elements. */
  readonly body: string;
}

export const elementType = (width: 1 | 4): string => (width === 4 ? 'vec4<f32>' : 'f32');

export function runFlat(backend: KernelBackend, p: FlatProgram): TensorInfo {
  const uniforms = p.uniforms ?? [];
  const size = p.outShape.reduce((a, b) => a * b, 1);
  const program: WebGPUProgram = {
    variableNames: p.operands.map(({ name }) => name),
    variableComponents: p.operands.map(({ width }) => width),
    outputComponent: p.width,
    outputShape: [...p.outShape],
    size: true,
    uniforms: uniforms
      .map(({ name, type }) => `${name} : ${type === 'int32' ? 'i32' : 'f32'}, `)
      .join(''),
    workgroupSize: [THREADS, 1, 1],
    dispatchLayout: { x: p.outShape.map((_, i) => i) },
    dispatch: [Math.ceil(size / p.width / THREADS), 1, 1],
    shaderKey: `${p.key} ${p.operands.map(({ width }) => width).join()} ${p.width}`,
    getUserCode: () => `
fn main(index : i32) {
  if (index < uniforms.size) {
    var value = ${elementType(p.width)}(0.0);
${p.body}
    result[index] = value;
  }
}`,
  };
  return backend.runWebGPUProgram(
    program,
    p.operands.map(({ tensor }) => tensor),
    'float32',
    uniforms.map(({ type, value }) => ({ type, data: [value] })),
  );
}
