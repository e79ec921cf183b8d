/** How a workgroup divides a matrix product: C[BM,BN] += A[BM,K]·B[K,BN], K in steps of `depth`. */
export interface Tile {
  /** Threads along columns and rows. */
  readonly threadsX: number;
  readonly threadsY: number;
  /** Outputs of one thread; multiples of four. */
  readonly columns: number;
  readonly rows: number;
  /** Multiple of four. */
  readonly depth: number;
}

export const tileColumns = ({ threadsX, columns }: Tile): number => threadsX * columns;
export const tileRows = ({ threadsY, rows }: Tile): number => threadsY * rows;
export const tileThreads = ({ threadsX, threadsY }: Tile): number => threadsX * threadsY;

/**
 * Wide tiles use each loaded value more often: 64×64 loads 128 values for 4,096 multiply-adds. All
 * fit into the 16 KiB of workgroup memory and the 256 threads that every device has. `use`: what the
 * tile is worth per column against the widest, from values read per multiply-add.
 */
const TILES: readonly { readonly tile: Tile; readonly use: number }[] = [
  { tile: { threadsX: 8, threadsY: 8, columns: 8, rows: 8, depth: 16 }, use: 1 },
  { tile: { threadsX: 4, threadsY: 16, columns: 8, rows: 8, depth: 16 }, use: 0.9 },
  { tile: { threadsX: 4, threadsY: 16, columns: 4, rows: 8, depth: 16 }, use: 0.7 },
  { tile: { threadsX: 2, threadsY: 32, columns: 4, rows: 8, depth: 8 }, use: 0.6 },
  { tile: { threadsX: 1, threadsY: 64, columns: 4, rows: 4, depth: 8 }, use: 0.5 },
];

/** The tile with the least waste for this many columns and this depth of the product. */
export function chooseTile(columns: number, depth: number): Tile {
  const cost = ({ tile, use }: (typeof TILES)[number]): number =>
    (Math.ceil(columns / tileColumns(tile)) * tileColumns(tile)) / use;
  const { tile } = TILES.reduce((best, next) => (cost(next) < cost(best) ? next : best));
  return { ...tile, depth: Math.min(tile.depth, Math.ceil(depth / 4) * 4) };
}
