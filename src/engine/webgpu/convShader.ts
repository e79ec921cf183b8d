/**
 * Convolution as one matrix product, C[m, n] = Σ_k A[m, k]·B[k, n]: m runs over the output pixels of
 * the whole batch (so small maps waste no tile), n over output channels, k over filter positions ×
 * input channels. A is read from the images as it is needed. Each step of k loads a slice of both
 * into workgroup memory; pixel coordinates are computed once, before the loop.
 */
import { type Tile, tileColumns, tileRows, tileThreads } from './tile.ts';
import { HALF4, loadFour, NEEDS_HALF, unroll, VEC4, ZERO } from './wgsl.ts';

export interface ConvVariant {
  readonly tile: Tile;
  /** Scalars per element of the image, and of filter, operands of the epilogue and output. */
  readonly widthIn: 1 | 4;
  readonly widthOut: 1 | 4;
  /** Whether input channels fill the last step of k, output channels the last tile. */
  readonly fullDepth: boolean;
  readonly fullColumns: boolean;
  /** Outputs are every second pixel in both directions: one phase of the adjoint at stride 2. */
  readonly phases: boolean;
  readonly stride: number;
  readonly pad: number;
  readonly bias: boolean;
  readonly residual: 'none' | 'first' | 'last';
  readonly affine: boolean;
  readonly relu: boolean;
  readonly mask: boolean;
  /** Products, and their sums within one step of k, in 16 bits; sums over the steps in 32. */
  readonly half: boolean;
}

/** Uniforms beside the shapes. */
export const CONV_UNIFORMS =
  'taps : vec2<i32>, phase : vec2<i32>, grid : vec2<i32>, splitY : i32, ';

export function convShader(v: ConvVariant): string {
  const { tile } = v;
  const [bm, bn, depth] = [tileRows(tile), tileColumns(tile), tile.depth];
  // One more element per row: neighbouring threads then write to different banks.
  const rowA = bm / 4 + 1;
  const rowB = bn / 4;
  const four = v.half ? HALF4 : VEC4;
  const sums = (line: (place: string) => string): string =>
    unroll(tile.rows, (i) => unroll(tile.columns / 4, (j) => line(`${i}_${j}`)));
  return `${v.half ? NEEDS_HALF : ''}
var<workgroup> tileA : array<${four}, ${depth * rowA}>;
var<workgroup> tileB : array<${four}, ${depth * rowB}>;
fn main() {
  let tid = i32(localIndex);
  let tx = tid % ${tile.threadsX};
  let ty = tid / ${tile.threadsX};
  let n0 = i32(workgroupId.x) * ${bn};
  let m0 = (i32(workgroupId.z) * uniforms.splitY + i32(workgroupId.y)) * ${bm};
  let inChannels = uniforms.xShape.w;
  let outChannels = uniforms.outShape.w;
  let inSize = uniforms.xShape.yz;
  let pixels = uniforms.grid.x * uniforms.grid.y;
  let rows = uniforms.outShape.x * pixels;
  let filterRow = uniforms.weightsShape.w;
  let column0 = ${v.phases ? '(2 * uniforms.phase.x + uniforms.phase.y) * outChannels' : '0'};
${pixelsOfA(v)}
${sums((at) => `  var sum${at} = ${ZERO};`)}
  for (var ky = 0; ky < uniforms.taps.x; ky++) {
    for (var kx = 0; kx < uniforms.taps.y; kx++) {
${offsetsOfA(v)}
      let k0 = (ky * uniforms.weightsShape.y + kx) * inChannels;
      for (var c0 = 0; c0 < inChannels; c0 += ${depth}) {
${loadA(v, rowA)}
${loadB(v, rowB)}
        workgroupBarrier();
${v.half ? sums((at) => `        var part${at} = ${HALF4}(0.0h);`) : ''}
        for (var k = 0; k < ${depth}; k++) {
${multiply(v, rowA, rowB)}
        }
${v.half ? sums((at) => `        sum${at} += ${VEC4}(part${at});`) : ''}
        workgroupBarrier();
      }
    }
  }
${unroll(tile.rows, (i) => store(v, i))}
}`;
}

/** Loads of A per thread: four pixels × four channels each. */
function loadsOfA(tile: Tile): { count: number; all: boolean } {
  const loads = (tileRows(tile) * tile.depth) / 16;
  const threads = tileThreads(tile);
  return { count: Math.ceil(loads / threads), all: loads % threads === 0 };
}

/** Channels come first, so that neighbouring threads read neighbouring memory. */
function pixelsOfA(v: ConvVariant): string {
  const quads = v.tile.depth / 4;
  const threads = tileThreads(v.tile);
  return unroll(
    loadsOfA(v.tile).count,
    (r) => `
  let load${r} = tid + ${r * threads};
  let quadM${r} = load${r} / ${quads};
  let quadK${r} = load${r} % ${quads};
${unroll(4, (i) => {
  const at = `${r}_${i}`;
  return `
  let m${at} = m0 + quadM${r} * 4 + ${i};
  let image${at} = m${at} / pixels;
  let rest${at} = m${at} - image${at} * pixels;
  let gridY${at} = rest${at} / uniforms.grid.y;
  let y${at} = select(-65536, gridY${at} * ${v.stride} - ${v.pad}, m${at} < rows);
  let x${at} = (rest${at} - gridY${at} * uniforms.grid.y) * ${v.stride} - ${v.pad};
  let base${at} = ((image${at} * inSize.x + y${at}) * inSize.y + x${at}) * inChannels;`;
})}`,
  );
}

/** Whether each pixel under the filter's current position is inside the image, and its index. */
function offsetsOfA(v: ConvVariant): string {
  return `
      let shift = (ky * inSize.y + kx) * inChannels;
${unroll(loadsOfA(v.tile).count, (r) =>
  unroll(4, (i) => {
    const at = `${r}_${i}`;
    // As unsigned numbers, negative coordinates are too large as well.
    const y = `(u32(y${at} + ky) < u32(inSize.x))`;
    return `
      let inside${at} = ${y} & (u32(x${at} + kx) < u32(inSize.y));
      let from${at} = select(0, base${at} + shift, inside${at});`;
  }),
)}`;
}

/** Four pixels × four channels, turned so that a row of tileA holds one channel of all pixels. */
function loadA(v: ConvVariant, rowA: number): string {
  const { count, all } = loadsOfA(v.tile);
  return unroll(count, (r) => {
    const channel = `channel${r}`;
    const body = `
        let ${channel} = c0 + quadK${r} * 4;
${unroll(4, (i) => {
  const at = `${r}_${i}`;
  const inside = v.fullDepth ? '' : ` & (${channel} < inChannels)`;
  const value = loadFour('x', v.widthIn, `from${at} + ${channel}`, channel, 'inChannels');
  return `        let value${at} = select(${ZERO}, ${value}, inside${at}${inside});`;
})}
${unroll(4, (k) => {
  const turned = [0, 1, 2, 3].map((i) => `value${r}_${i}[${k}]`).join(', ');
  const four = v.half ? `${HALF4}(${VEC4}(${turned}))` : `${VEC4}(${turned})`;
  return `        tileA[(quadK${r} * 4 + ${k}) * ${rowA} + quadM${r}] = ${four};`;
})}`;
    return all ? body : `if (load${r} < ${(tileRows(v.tile) * v.tile.depth) / 16}) {${body}\n}`;
  });
}

function loadB(v: ConvVariant, rowB: number): string {
  const threads = tileThreads(v.tile);
  const loads = v.tile.depth * rowB;
  return unroll(Math.ceil(loads / threads), (r) => {
    const guards = [
      ...(v.fullDepth ? [] : ['(c0 + k < inChannels)']),
      ...(v.fullColumns ? [] : ['(n < outChannels)']),
    ];
    const value = loadFour('weights', v.widthOut, 'index', 'n', 'outChannels');
    const guarded =
      guards.length === 0 ? value : `select(${ZERO}, ${value}, ${guards.join(' & ')})`;
    const whole = `{
          let q = tid + ${r * threads};
          let k = q / ${rowB};
          let n = n0 + (q % ${rowB}) * 4;
          let index = (k0 + c0 + k) * filterRow + column0 + n;
          tileB[q] = ${v.half ? `${HALF4}(${guarded})` : guarded};
        }`;
    return (r + 1) * threads <= loads
      ? `        ${whole}`
      : `        if (tid < ${loads - r * threads}) ${whole}`;
  });
}

function multiply({ tile, half }: ConvVariant, rowA: number, rowB: number): string {
  const [quads, columns] = [tile.rows / 4, tile.columns / 4];
  const [four, into] = half ? [HALF4, 'part'] : [VEC4, 'sum'];
  const factors = [
    unroll(quads, (q) => `          let a${q} = tileA[k * ${rowA} + ty * ${quads} + ${q}];`),
    unroll(columns, (j) => `          let b${j} = tileB[k * ${rowB} + ${j * tile.threadsX} + tx];`),
  ];
  const sums = unroll(tile.rows, (i) =>
    unroll(columns, (j) => {
      const a = `${four}(a${Math.floor(i / 4)}[${i % 4}])`;
      const place = `${into}${i}_${j}`;
      return `          ${place} = fma(${a}, b${j}, ${place});`;
    }),
  );
  return [...factors, sums].join('\n');
}

/** The epilogue for row i of this thread. */
function store(v: ConvVariant, i: number): string {
  const place = v.phases
    ? `
    let image = m / pixels;
    let rest = m - image * pixels;
    let y = rest / uniforms.grid.y;
    let x = rest - y * uniforms.grid.y;
    let outY = 2 * y + uniforms.phase.x;
    let pixel = (image * uniforms.outShape.y + outY) * uniforms.outShape.z + 2 * x + uniforms.phase.y;`
    : `
    let pixel = m;`;
  const masked = `
    let maskPixel = pixel % (uniforms.maskShape.x * uniforms.outShape.y * uniforms.outShape.z);`;
  return `
  if (m0 + ty * ${v.tile.rows} + ${i} < rows) {
    let m = m0 + ty * ${v.tile.rows} + ${i};${place}${v.mask ? masked : ''}
${unroll(v.tile.columns / 4, (j) => storeFour(v, `sum${i}_${j}`, j))}
  }`;
}

function storeFour(v: ConvVariant, sum: string, j: number): string {
  const read = (array: string, index: string): string =>
    loadFour(array, v.widthOut, index, 'n', 'outChannels');
  const steps = [
    v.bias ? `value += ${read('bias', 'n')};` : '',
    v.residual === 'first' ? `value += ${read('residual', 'at')};` : '',
    v.affine ? `value = fma(value, ${read('scale', 'n')}, ${read('shift', 'n')});` : '',
    v.relu ? `value = max(value, ${ZERO});` : '',
    v.mask
      ? `value = select(${ZERO}, value, ${read('mask', 'maskPixel * outChannels + n')} > ${ZERO});`
      : '',
    v.residual === 'last' ? `value += ${read('residual', 'at')};` : '',
  ].filter((step) => step !== '');
  const stored =
    v.widthOut === 4
      ? 'result[at >> 2u] = value;'
      : unroll(4, (c) => `if (n + ${c} < outChannels) { result[at + ${c}] = value[${c}]; }`);
  return `
    {
      let n = n0 + (${j * v.tile.threadsX} + tx) * 4;
      let at = pixel * outChannels + n;
      ${v.fullColumns ? '' : 'if (n < outChannels)'} {
        var value = ${sum};
        ${steps.join('\n        ')}
        ${stored}
      }
    }`;
}
