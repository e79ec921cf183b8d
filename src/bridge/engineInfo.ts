/** What computes, and what was tried before it. */

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

export type BackendChoice = 'auto' | BackendName;

export interface EngineInfo {
  readonly backend: BackendName;
  /** What does the arithmetic, for people: the GPU's name, or "SIMD, 2 threads". */
  readonly device: string;
  readonly threads: number;
  /** Faster rungs of the ladder that were not taken, with the reason of each. */
  readonly skipped: readonly { readonly backend: BackendName; readonly reason: string }[];
}
