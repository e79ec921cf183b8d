/** Joins pieces of bytes. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** Reads a stream of pieces by number of bytes. Memory grows with what arrives, not what is asked. */
export class ChunkReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `n` bytes; fewer only at the end of the stream. */
  async take(n: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    await this.pass(n, (piece) => pieces.push(piece));
    return joined(pieces);
  }

  /** Passes over `n` bytes. @returns how many there were */
  async skip(n: number): Promise<number> {
    return this.pass(n, () => undefined);
  }

  /** The next `n` bytes, which stay to be taken; fewer only at the end of the stream. */
  async peek(n: number): Promise<Uint8Array> {
    const head = await this.take(n);
    this.rest = joined([head, this.rest]);
    return head;
  }

  private async pass(n: number, use: (piece: Uint8Array) => void): Promise<number> {
    let left = n;
    while (left > 0) {
      if (this.rest.length === 0) {
        const next = await this.chunks.next();
        if (next.done === true) break;
        this.rest = next.value;
        continue;
      }
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      use(piece);
    }
    return n - left;
  }
}
