/** Room in the memory of tfjs's WASM backend, for what is not a tensor. */

/** What is used of tfjs's WASM module: its memory and its allocator. */
export interface WasmHeap {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(at: number): void;
}

/** One piece of memory that grows. */
export class Space {
  private start = 0;
  private size = 0;

  constructor(private readonly heap: WasmHeap) {}

  /** At least so many bytes; what was there before may be gone. */
  at(bytes: number): number {
    if (bytes <= this.size) return this.start;
    if (this.size > 0) this.heap.free(this.start);
    // Where there is no room, what was freed must not be handed out again.
    this.start = this.size = 0;
    this.start = allocate(this.heap, bytes);
    this.size = bytes;
    // Rows past the last one are multiplied, too: whatever lies there must not be slow to multiply.
    new Uint8Array(this.heap.memory.buffer, this.start, bytes).fill(0);
    return this.start;
  }
}

/** Filters that are kept: those of a full-width network, both directions. */
const KEPT_BYTES = 176 * 2 ** 20;

interface Kept {
  readonly at: number;
  readonly bytes: number;
}

/** Transformed filters by the tensor's data, which never changes. */
export class FilterStore {
  private readonly kept = new Map<object, Kept>();
  private keptBytes = 0;
  private readonly seen = new WeakSet<object>();
  /** For a filter that is used once. */
  private readonly once: Space;

  constructor(private readonly heap: WasmHeap) {
    this.once = new Space(heap);
  }

  /**
   * Where the filter of this key is, written by `transform` if it is not there. One that comes again
   * is kept; in training each comes once.
   * @param bytes what `transform` writes; its forms for images of other sides differ in this, and one
   *   is kept
   */
  find(key: object, bytes: number, transform: (at: number) => void): number {
    const known = this.kept.get(key);
    if (known?.bytes === bytes) return known.at;
    if (known !== undefined) this.drop(key, known);
    const at = this.seen.has(key) ? this.keep(key, bytes) : this.once.at(bytes);
    this.seen.add(key);
    transform(at);
    return at;
  }

  /** The key's tensor is gone. */
  forget(key: object): void {
    const known = this.kept.get(key);
    if (known !== undefined) this.drop(key, known);
  }

  /** Room for a filter; the oldest ones go where there is none. */
  private keep(key: object, bytes: number): number {
    for (const [oldest, old] of this.kept) {
      if (this.keptBytes + bytes <= KEPT_BYTES) break;
      this.drop(oldest, old);
    }
    const at = allocate(this.heap, bytes);
    this.kept.set(key, { at, bytes });
    this.keptBytes += bytes;
    return at;
  }

  private drop(key: object, { at, bytes }: Kept): void {
    this.kept.delete(key);
    this.keptBytes -= bytes;
    this.heap.free(at);
  }
}

function allocate(heap: WasmHeap, bytes: number): number {
  const at = heap.malloc(bytes) >>> 0;
  if (at === 0) throw new Error(`the WASM memory has no room for ${String(bytes)} bytes`);
  return at;
}
