/** The compiled code of `wasm/kernels.ts`, at work in the memory of tfjs's WASM backend. */
import type { KernelContract } from '../../core/network/kernels.ts';
import { KERNELS_WASM, PLAIN_BYTES } from './kernelsBinary.ts';
import { FilterStore, Space, type WasmHeap } from './memory.ts';

/** All arguments are pointers or sizes, in the order of the names of `wasm/`. */
type Call = (...values: readonly number[]) => number;

type Kind = 'Winograd' | 'Gathered' | 'Phases';

type Exports = Readonly<
  Record<
    | 'adjointFilter'
    | 'affine'
    | 'channelSums'
    | 'channelSumsScratchBytes'
    | 'setEpilogue'
    | 'filterGradient'
    | 'filterGradientScratchBytes'
    | 'winogradGradient'
    | 'winogradGradientScratchBytes'
    | `convolve${Kind}`
    | `transform${Kind}`
    | `${'winograd' | 'gathered' | 'phase'}${'FilterBytes' | 'ScratchBytes'}`,
    Call
  >
>;

/** Pointers into the heap; 0 for what is absent. In the order in which they are applied. */
export interface Following {
  readonly bias: number;
  readonly residual: number;
  readonly scale: number;
  readonly shift: number;
  readonly relu: boolean;
  readonly mask: number;
  /** The mask serves image b modulo this many. */
  readonly maskImages: number;
  /** The residual is added last, behind the mask. */
  readonly residualLast: boolean;
}

export const NOTHING_FOLLOWS: Following = {
  ...{ bias: 0, residual: 0, scale: 0, shift: 0, relu: false },
  ...{ mask: 0, maskImages: 1, residualLast: false },
};

/** A convolution with square filters; pointers into the heap. */
export interface Convolution {
  readonly x: number;
  /** [n, h, w, channels]. */
  readonly shape: readonly [number, number, number, number];
  readonly filter: number;
  /** Equal for equal filters: a tensor's data never changes. */
  readonly filterKey: object;
  readonly kernel: number;
  readonly outChannels: number;
  readonly following: Following;
  readonly y: number;
}

/** See `FmpConv`. */
export type Pass = Pick<KernelContract['FmpConv']['attrs'], 'stride' | 'pad' | 'backward'>;

/** What a filter's gradient is made of; pointers into the heap. */
export interface GradientOperands {
  readonly x: number;
  /** [n, h, w, channels] of x, and of the gradient `dy` behind the convolution. */
  readonly shape: Convolution['shape'];
  readonly dy: number;
  readonly outShape: Convolution['shape'];
  readonly kernel: number;
  readonly stride: number;
  /** [k, k, channels, channels of dy]. */
  readonly dw: number;
}

/** Rows of channels, and pointers; 0 for what is absent. */
interface RowOperands {
  readonly x: number;
  readonly rows: number;
  readonly channels: number;
  readonly mask: number;
}

export interface SumOperands extends RowOperands {
  readonly centre: number;
  readonly inverse: number;
  readonly dz: number;
}

export interface AffineOperands extends RowOperands {
  readonly scale: number;
  readonly shift: number;
  readonly other: number;
  readonly otherScale: number;
  readonly relu: boolean;
}

/** Rows and columns of outputs that Winograd's convolution computes together. */
type Tile = readonly [down: 2 | 4, across: 2 | 4];

/** Weights of one position up to which a filter has tiles of 4. */
const WIDE = 256 * 256;

/**
 * Tiles of 4×4 for the way back, 2.25 products an output; of 4×2 forward, 3 products: there ReLUs hang on
 * the last digits, and 4×4 rounds 1.6 times as much (bench/NOTES.md). 2×2 where 4 does not divide the
 * sides, and for filters so wide that more positions would take hundreds of megabytes. Null where
 * Winograd's does not fit: 3×3, stride 1, padding 1, even sides, channels in fours.
 */
export function winogradTile(
  { kernel, shape, outChannels }: Pick<Convolution, 'kernel' | 'shape' | 'outChannels'>,
  { stride, pad, backward }: Pass,
): Tile | null {
  const [, h, w, channels] = shape;
  if (kernel !== 3 || stride !== 1 || pad !== 1 || channels % 4 !== 0) return null;
  if (h % 2 !== 0 || w % 2 !== 0) return null;
  if (h % 4 !== 0 || channels * outChannels > WIDE) return [2, 2];
  return backward && w % 4 === 0 ? [4, 4] : [4, 2];
}

/** Tiles of 4×4 are all there are for a filter's gradient; it needs whole ones, and channels in fours. */
function hasWinogradGradient(
  [, h, w, channels]: Convolution['shape'],
  outChannels: number,
  kernel: number,
  stride: number,
): boolean {
  const whole = [h, w, channels, outChannels].every((size) => size % 4 === 0);
  return kernel === 3 && stride === 1 && whole && channels * outChannels <= WIDE;
}

/** The kernels without relaxed SIMD and with it. */
export async function compiledKernels(): Promise<[plain: ArrayBuffer, relaxed: ArrayBuffer]> {
  const packed = Uint8Array.from(atob(KERNELS_WASM), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const both = await new Response(stream).arrayBuffer();
  return [both.slice(0, PLAIN_BYTES), both.slice(PLAIN_BYTES)];
}

export class Convolver {
  private readonly forward: FilterStore;
  private readonly backward: FilterStore;
  private readonly scratch: Space;

  private constructor(
    heap: WasmHeap,
    private readonly code: Exports,
    /** Products and sums are rounded once, where the processor can. */
    readonly relaxed: boolean,
  ) {
    this.forward = new FilterStore(heap);
    this.backward = new FilterStore(heap);
    this.scratch = new Space(heap);
  }

  /** @param relaxed whether relaxed SIMD is taken where it is there */
  static async on(heap: WasmHeap, relaxed: boolean): Promise<Convolver> {
    const [plain, fused] = await compiledKernels();
    const isRelaxed = relaxed && WebAssembly.validate(fused);
    const bytes = isRelaxed ? fused : plain;
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: heap.memory } });
    return new Convolver(heap, instance.exports as unknown as Exports, isRelaxed);
  }

  /** y [n,oh,ow,co] = x * filter [k,k,ci,co] with `pad` zeros on every side, and what follows. */
  convolve(convolution: Convolution, pass: Pass): void {
    const { x, shape, kernel, outChannels, y } = convolution;
    const channels = shape[3];
    const { stride, pad } = pass;
    const { code } = this;
    const tile = winogradTile(convolution, pass);
    if (tile !== null) {
      const size = [...tile, channels, outChannels] as const;
      const u = this.filter(convolution, code.winogradFilterBytes(...size), (from, to) =>
        code.transformWinograd(from, ...size, to),
      );
      const scratch = this.scratch.at(code.winogradScratchBytes(...size));
      code.convolveWinograd(x, ...shape, ...tile, u, outChannels, y, scratch);
      return;
    }
    const size = [kernel, channels, outChannels] as const;
    const u = this.filter(convolution, code.gatheredFilterBytes(...size), (from, to) =>
      code.transformGathered(from, ...size, to),
    );
    const scratch = this.scratch.at(code.gatheredScratchBytes(...size));
    code.convolveGathered(x, ...shape, kernel, stride, pad, u, outChannels, y, scratch);
  }

  /** y [n,2h,2w,co] from x and the filter's phases [k',k',c,4·co], and what follows. */
  convolvePhases(convolution: Convolution): void {
    const { x, shape, kernel, outChannels, y } = convolution;
    const { code } = this;
    const size = [kernel, shape[3], outChannels] as const;
    const u = this.filter(
      convolution,
      code.phaseFilterBytes(...size),
      (from, to) => code.transformPhases(from, ...size, to),
      this.backward,
    );
    const scratch = this.scratch.at(code.phaseScratchBytes(...size));
    code.convolvePhases(x, ...shape, kernel, u, outChannels, y, scratch);
  }

  /** The filter of the way back, see `FmpAdjointFilter`. */
  adjointFilter(
    filter: number,
    [kernel, , channels, outChannels]: Convolution['shape'],
    stride: number,
    to: number,
  ): void {
    this.code.adjointFilter(filter, kernel, channels, outChannels, stride, to);
  }

  /** dw from x and dy, of a convolution padded as ours are. */
  filterGradient({ x, shape, dy, outShape, kernel, stride, dw }: GradientOperands): void {
    const [, oh, ow, outChannels] = outShape;
    const { code } = this;
    if (hasWinogradGradient(shape, outChannels, kernel, stride)) {
      const space = this.scratch.at(code.winogradGradientScratchBytes(shape[3], outChannels));
      code.winogradGradient(x, ...shape, dy, outChannels, dw, space);
      return;
    }
    const size = [kernel, stride, shape[3], oh, ow, outChannels] as const;
    const scratch = this.scratch.at(code.filterGradientScratchBytes(...size));
    code.filterGradient(...[x, ...shape, kernel, stride, dy, oh, ow, outChannels, dw], scratch);
  }

  /** Sums of each channel to `to`, see `FmpChannelSums`. */
  channelSums({ x, rows, channels, mask, ...operands }: SumOperands, to: number): void {
    const { centre, inverse, dz } = operands;
    const scratch = this.scratch.at(this.code.channelSumsScratchBytes(channels));
    this.code.channelSums(x, rows, channels, centre, inverse, dz, mask, to, scratch);
  }

  /** x·scale + shift (+ other·otherScale) to y, see `FmpAffine`. */
  affine({ x, rows, channels, mask, relu, ...operands }: AffineOperands, y: number): void {
    const { scale, shift, other, otherScale } = operands;
    this.code.affine(x, rows, channels, scale, shift, other, otherScale, mask, relu ? 1 : 0, y);
  }

  /** Frees what was made of a filter, whose tensor is gone. */
  forget(filterKey: object): void {
    this.forward.forget(filterKey);
    this.backward.forget(filterKey);
  }

  /** The transformed filter; also says what follows. */
  private filter(
    { filter, filterKey, following }: Convolution,
    bytes: number,
    transform: (from: number, to: number) => void,
    store = this.forward,
  ): number {
    const { bias, residual, scale, shift, relu, mask, maskImages, residualLast } = following;
    const pointers = [bias, residual, scale, shift, mask] as const;
    this.code.setEpilogue(...pointers, maskImages, relu ? 1 : 0, residualLast ? 1 : 0);
    return store.find(filterKey, bytes, (at) => {
      transform(filter, at);
    });
  }
}
