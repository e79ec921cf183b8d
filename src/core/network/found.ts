import { FmpError } from '../errors.ts';
import { FAMILIES } from './architecture.ts';

/** Tensors by name, of which only the shapes are looked at. */
export type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** Most stages and blocks per stage that are looked for. */
const MAX_STAGES = 5;
const MAX_BLOCKS = 64;
/** Tensors listed in an error; a hostile file may have any number. */
const LISTED = 6;

/** Questions to a state dict of unknown make; each answer or an error that a person understands. */
export class Found {
  constructor(private readonly tensors: Shapes) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /** A shape whose sides are the given ones; null stands for any side of at least 1. */
  shape(
    name: string,
    expected: string,
    sides: readonly [number | null, ...(number | null)[]],
  ): readonly [number, ...number[]] {
    const shape = this.tensors.get(name)?.shape;
    const [first, ...others] = shape ?? [];
    const fits =
      shape?.length === sides.length &&
      sides.every((side, i) => (side === null ? (shape[i] ?? 0) >= 1 : side === shape[i]));
    if (first === undefined || !fits) throw this.unlike(name, expected);
    return [first, ...others];
  }

  /** Outputs and inputs of a linear layer. */
  matrix(name: string): readonly [outputs: number, inputs: number] {
    const [outputs, inputs = 0] = this.shape(name, '[outputs, inputs]', [null, null]);
    return [outputs, inputs];
  }

  /** Blocks per stage: how far `name(stage, block)` goes, stages from 1, blocks from 0. */
  stages(name: (stage: number, block: number) => string): number[] {
    const blocks: number[] = [];
    for (let stage = 1; stage <= MAX_STAGES; stage++) {
      let depth = 0;
      while (depth < MAX_BLOCKS && this.has(name(stage, depth))) depth++;
      if (depth === 0) break;
      blocks.push(depth);
    }
    return blocks;
  }

  /** The linear layers `prefix` or `prefix.N`, in order. */
  linears(prefix: string): string[] {
    if (this.has(`${prefix}.weight`)) return [prefix];
    const numbers = [...this.tensors.keys()]
      .map((name) => /^(\w+)\.(\d{1,3})\.weight$/.exec(name))
      .flatMap((match) => (match?.[1] === prefix ? [Number(match[2])] : []));
    return numbers.sort((a, b) => a - b).map((n) => `${prefix}.${String(n)}`);
  }

  /** The first tensors, with their shapes. */
  listed(): string {
    const all = [...this.tensors].filter(([name]) => !name.endsWith('.num_batches_tracked'));
    const some = all.slice(0, LISTED).map(([name, { shape }]) => `${clip(name)} ${sides(shape)}`);
    if (all.length === 0) return 'no tensors';
    const rest = all.length - some.length;
    return some.join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
  }

  /** What to throw when one tensor is not as in any known network. */
  unlike(name: string, expected: string): FmpError {
    const shape = this.tensors.get(name)?.shape;
    return new FmpError('the weights are not those of a known network', {
      ...{ code: 'badModel', field: clip(name) },
      got: `${shape === undefined ? 'no such tensor' : sides(shape)}; found ${this.listed()}`,
      expected: `${expected}; known: ${Object.values(FAMILIES).join('; ')}`,
      remedy: 'use the state dict of one of the known networks for 32×32 images',
    });
  }
}

function sides(shape: readonly number[]): string {
  return clip(`[${shape.join(', ')}]`);
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
