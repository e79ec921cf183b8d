/**
 * `FmpFilterGradient` on WebGPU: the matrix product dw[m, n] = Σ_p x[p, m]·dy[p, n] over all output
 * pixels p, m = filter position × input channel. Few tiles and a long sum: the pixels are split
 * into parts that are added in a second pass, always in the same order.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelContract } from '../../core/network/kernels.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { sumRows } from './sums.ts';
import { type Tile, tileColumns, tileRows, tileThreads } from './tile.ts';
import { loadFour, loadWidth, unroll, VEC4, ZERO } from './wgsl.ts';

/** Pixels per step. Four threads load a pixel's values. */
const DEPTH = 16;
/** Workgroups that keep a GPU busy, and pixels that are worth one. */
const WANTED_GROUPS = 512;
const LEAST_PIXELS = 256;

const shared = { depth: DEPTH };
const NARROWEST: Tile = { threadsX: 4, threadsY: 16, columns: 4, rows: 4, ...shared };
/** 64 rows of dw, and 64, 32 or 16 columns. */
const TILES: readonly Tile[] = [
  { threadsX: 8, threadsY: 8, columns: 8, rows: 8, ...shared },
  { threadsX: 4, threadsY: 16, columns: 8, rows: 4, ...shared },
  NARROWEST,
];

interface Variant {
  readonly tile: Tile;
  readonly widthIn: 1 | 4;
  readonly widthOut: 1 | 4;
  readonly kernel: number;
  readonly stride: number;
}

export function filterGradient(
  backend: KernelBackend,
  { x, dy }: InfosOf<KernelContract['FmpFilterGradient']['inputs']>,
  { kernel, stride }: KernelContract['FmpFilterGradient']['attrs'],
): TensorInfo {
  const inChannels = x.shape[3] ?? 0;
  const [batch = 0, height = 0, width = 0, outChannels = 0] = dy.shape;
  const tile = TILES.find((t) => tileColumns(t) <= outChannels) ?? NARROWEST;
  const rows = kernel * kernel * inChannels;
  const pixels = batch * height * width;
  const groupsX = Math.ceil(outChannels / tileColumns(tile));
  const groupsY = Math.ceil(rows / tileRows(tile));
  const most = Math.ceil(pixels / LEAST_PIXELS);
  const parts = Math.min(Math.ceil(WANTED_GROUPS / (groupsX * groupsY)), most);
  const steps = Math.ceil(pixels / parts / DEPTH);
  const shape = [kernel, kernel, inChannels, outChannels];
  const widths = { widthIn: loadWidth(inChannels), widthOut: loadWidth(outChannels) };
  const variant: Variant = { tile, ...widths, kernel, stride };
  const program: WebGPUProgram = {
    variableNames: ['x', 'dy'],
    variableComponents: [widths.widthIn, widths.widthOut],
    outputComponent: widths.widthOut,
    outputShape: parts === 1 ? shape : [parts, 1, rows, outChannels],
    uniforms: 'steps : i32, ',
    workgroupSize: [tileThreads(tile), 1, 1],
    dispatchLayout: { x: [3], y: [2], z: [0] },
    dispatch: [groupsX, groupsY, parts],
    shaderKey: `fmpFilterGradient ${JSON.stringify(variant)}`,
    getUserCode: () => shader(variant),
  };
  const all = backend.runWebGPUProgram(program, [x, dy], 'float32', [
    { type: 'int32', data: [steps] },
  ]);
  if (parts === 1) return all;
  const sum = sumRows(backend, all, parts, shape);
  backend.disposeData(all.dataId);
  return sum;
}

function shader(v: Variant): string {
  const { tile } = v;
  const [rowA, rowB] = [tileRows(tile) / 4, tileColumns(tile) / 4];
  return `
var<workgroup> tileA : array<${VEC4}, ${DEPTH * rowA}>;
var<workgroup> tileB : array<${VEC4}, ${DEPTH * rowB}>;
fn main() {
  let tid = i32(localIndex);
  let tx = tid % ${tile.threadsX};
  let ty = tid / ${tile.threadsX};
  let n0 = i32(workgroupId.x) * ${tileColumns(tile)};
  let m0 = i32(workgroupId.y) * ${tileRows(tile)};
  let inChannels = uniforms.xShape.w;
  let outChannels = uniforms.dyShape.w;
  let rows = ${v.kernel ** 2} * inChannels;
  let perImage = uniforms.dyShape.y * uniforms.dyShape.z;
  let pixels = uniforms.dyShape.x * perImage;
  let myPixel = tid / 4;
  let lane = tid % 4;
  let first = i32(workgroupId.z) * uniforms.steps * ${DEPTH} + myPixel;
${unroll(rowA / 4, (i) => unroll(v.widthIn === 4 ? 1 : 4, (j) => placeOfRow(v, i, j)))}
${unroll(tile.rows, (i) => unroll(tile.columns / 4, (j) => `  var sum${i}_${j} = ${ZERO};`))}
  for (var step = 0; step < uniforms.steps; step++) {
    let p = first + step * ${DEPTH};
    let image = p / perImage;
    let rest = p - image * perImage;
    let outY = rest / uniforms.dyShape.z;
    let y0 = outY * ${v.stride} - ${v.kernel === 3 ? 1 : 0};
    let x0 = (rest - outY * uniforms.dyShape.z) * ${v.stride} - ${v.kernel === 3 ? 1 : 0};
    let counts = p < pixels;
${unroll(rowA / 4, (i) => loadRow(v, i, rowA))}
${unroll(rowB / 4, (i) => {
  const value = loadFour(
    'dy',
    v.widthOut,
    `p * outChannels + column${i}`,
    `column${i}`,
    'outChannels',
  );
  return `
    let column${i} = n0 + (lane + ${4 * i}) * 4;
    tileB[myPixel * ${rowB} + lane + ${4 * i}] =
      select(${ZERO}, ${value}, counts & (column${i} < outChannels));`;
})}
    workgroupBarrier();
    for (var k = 0; k < ${DEPTH}; k++) {
${unroll(tile.rows / 4, (q) => `      let a${q} = tileA[k * ${rowA} + ty * ${tile.rows / 4} + ${q}];`)}
${unroll(tile.columns / 4, (j) => `      let b${j} = tileB[k * ${rowB} + ${j * tile.threadsX} + tx];`)}
${unroll(tile.rows, (i) =>
  unroll(tile.columns / 4, (j) => {
    const a = `${VEC4}(a${Math.floor(i / 4)}[${i % 4}])`;
    return `      sum${i}_${j} = fma(${a}, b${j}, sum${i}_${j});`;
  }),
)}
    }
    workgroupBarrier();
  }
  let part = i32(workgroupId.z) * rows;
${unroll(tile.rows, (i) => unroll(tile.columns / 4, (j) => store(v, i, j)))}
}`;
}

/** Filter position and channel of the row(s) of dw that a thread loads; the same in every step. */
function placeOfRow(v: Variant, i: number, j: number): string {
  const at = `${i}_${j}`;
  return `
  let m${at} = m0 + (lane + ${4 * i}) * 4 + ${j};
  let tap${at} = m${at} / inChannels;
  let c${at} = m${at} - tap${at} * inChannels;
  let ky${at} = tap${at} / ${v.kernel};
  let kx${at} = tap${at} % ${v.kernel};`;
}

function loadRow(v: Variant, i: number, rowA: number): string {
  const at = (j: number): string => `${i}_${j}`;
  const one = (j: number): string => `
    let inside${at(j)} = counts & (m${at(j)} < rows)
      & (u32(y0 + ky${at(j)}) < u32(uniforms.xShape.y))
      & (u32(x0 + kx${at(j)}) < u32(uniforms.xShape.z));
    let from${at(j)} = select(0, ((image * uniforms.xShape.y + y0 + ky${at(j)}) * uniforms.xShape.z
      + x0 + kx${at(j)}) * inChannels + c${at(j)}, inside${at(j)});`;
  const target = `tileA[myPixel * ${rowA} + lane + ${4 * i}]`;
  if (v.widthIn === 4)
    return `${one(0)}
    ${target} = select(${ZERO}, x[from${at(0)} >> 2u], inside${at(0)});`;
  const parts = [0, 1, 2, 3].map((j) => `select(0.0, x[from${at(j)}], inside${at(j)})`);
  return `${unroll(4, one)}
    ${target} = ${VEC4}(${parts.join(', ')});`;
}

function store(v: Variant, i: number, j: number): string {
  const stored =
    v.widthOut === 4
      ? `result[at >> 2u] = sum${i}_${j};`
      : unroll(4, (c) => `if (n + ${c} < outChannels) { result[at + ${c}] = sum${i}_${j}[${c}]; }`);
  return `
  {
    let m = m0 + ty * ${v.tile.rows} + ${i};
    let n = n0 + (${j * v.tile.threadsX} + tx) * 4;
    let at = (part + m) * outChannels + n;
    if (m < rows && n < outChannels) { ${stored} }
  }`;
}
