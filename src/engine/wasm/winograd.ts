/** The compiled 3×3 convolution of `wasm/winograd.ts`, at work in the memory of tfjs's WASM backend. */
import { WINOGRAD_WASM } from './winogradBinary.ts';

/** What is used of tfjs's WASM module: its memory and its allocator. */
export interface WasmHeap {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(at: number): void;
}

interface Exports {
  filterBytes(ci: number, co: number): number;
  scratchBytes(ci: number, co: number): number;
  transformFilter(filter: number, ci: number, co: number, u: number): void;
  /** x, n, h, w, ci, u, co, bias, relu, y, scratch. */
  convolve(...values: readonly number[]): void;
}

/** Pointers into the heap; 0 for no bias. */
export interface Convolution {
  readonly x: number;
  /** [n, h, w, ci]; h and w even, ci a multiple of 4. */
  readonly shape: readonly [number, number, number, number];
  readonly filter: number;
  /** Equal for equal filters: a tensor's data never changes. */
  readonly filterKey: object;
  readonly outChannels: number;
  readonly bias: number;
  readonly relu: boolean;
  readonly y: number;
}

/** Transformed filters that are kept: those of a full-width network, both directions. */
const KEPT_BYTES = 160 * 2 ** 20;

export class Winograd {
  private readonly kept = new Map<object, { readonly at: number; readonly bytes: number }>();
  private keptBytes = 0;
  private readonly seen = new WeakSet<object>();
  /** For a filter that is used once, and for the convolution itself. */
  private readonly once: Space;
  private readonly scratch: Space;

  private constructor(
    private readonly heap: WasmHeap,
    private readonly code: Exports,
  ) {
    this.once = new Space(heap);
    this.scratch = new Space(heap);
  }

  static async on(heap: WasmHeap): Promise<Winograd> {
    const bytes = Uint8Array.from(atob(WINOGRAD_WASM), (c) => c.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: heap.memory } });
    return new Winograd(heap, instance.exports as unknown as Exports);
  }

  run({ x, shape, filter, filterKey, outChannels, bias, relu, y }: Convolution): void {
    const [n, h, w, ci] = shape;
    const u = this.transformed(filter, filterKey, ci, outChannels);
    const scratch = this.scratch.at(this.code.scratchBytes(ci, outChannels));
    this.code.convolve(x, n, h, w, ci, u, outChannels, bias, relu ? 1 : 0, y, scratch);
  }

  /** A filter that comes again is kept; in training each comes once. */
  private transformed(filter: number, key: object, ci: number, co: number): number {
    const known = this.kept.get(key);
    if (known !== undefined) return known.at;
    const bytes = this.code.filterBytes(ci, co);
    const at = this.seen.has(key) ? this.keep(key, bytes) : this.once.at(bytes);
    this.seen.add(key);
    this.code.transformFilter(filter, ci, co, at);
    return at;
  }

  /** Room for a filter; the oldest ones go where there is none. */
  private keep(key: object, bytes: number): number {
    for (const [oldest, old] of this.kept) {
      if (this.keptBytes + bytes <= KEPT_BYTES) break;
      this.kept.delete(oldest);
      this.keptBytes -= old.bytes;
      this.heap.free(old.at);
    }
    const at = allocate(this.heap, bytes);
    this.kept.set(key, { at, bytes });
    this.keptBytes += bytes;
    return at;
  }
}

/** One piece of memory that grows. */
class Space {
  private start = 0;
  private size = 0;

  constructor(private readonly heap: WasmHeap) {}

  /** At least so many bytes; what was there before may be gone. */
  at(bytes: number): number {
    if (bytes <= this.size) return this.start;
    if (this.size > 0) this.heap.free(this.start);
    this.start = allocate(this.heap, bytes);
    this.size = bytes;
    // Rows past the last tile are multiplied, too: whatever lies there must not be slow to multiply.
    new Uint8Array(this.heap.memory.buffer, this.start, bytes).fill(0);
    return this.start;
  }
}

function allocate(heap: WasmHeap, bytes: number): number {
  const at = heap.malloc(bytes) >>> 0;
  if (at === 0) throw new Error(`the WASM memory has no room for ${String(bytes)} bytes`);
  return at;
}
