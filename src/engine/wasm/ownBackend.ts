/** What is used of tfjs's WASM backend; its types say `any`. */
import type { TensorInfo } from '@tensorflow/tfjs-core';

export interface OwnBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(at: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  /** One more tensor holds the data. */
  incRef(dataId: object): void;
  /** One tensor less holds the data; whether none is left, and the data is freed. */
  disposeData(dataId: object, force?: boolean): boolean;
}

export type Size4 = readonly [number, number, number, number];

export function size4({ shape }: TensorInfo): Size4 {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  return [a, b, c, d];
}

/** Where a tensor's values are; 0 for an absent tensor. */
export function pointer(backend: OwnBackend): (info: TensorInfo | undefined) => number {
  return (info) => (info === undefined ? 0 : backend.dataIdMap.get(info.dataId).memoryOffset);
}
