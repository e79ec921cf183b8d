/**
 * Sums of the columns of a matrix, a run of rows for each workgroup. Its threads lie `lanes` side by
 * side along the columns and share the rows. What they have is added by halves, with a barrier after
 * each, or, where there are subgroups, a column by one subgroup, behind one barrier.
 */
import { elementType } from './flat.ts';
import { NEEDS_SUBGROUPS, unroll } from './wgsl.ts';

export const THREADS = 256;

export interface SumsVariant {
  /** Values, squared deviations, or the two sums of batch norm's gradient. */
  readonly what: 'values' | 'squares' | 'gradient';
  /** Only gradients whose mask is above 0 count. */
  readonly masked: boolean;
  /** Scalars per element: so many columns are summed as one. */
  readonly width: 1 | 4;
  /** Threads side by side along the columns; the others share them. */
  readonly lanes: number;
  /** Threads of the largest subgroup that there may be; 0: subgroups are not used. */
  readonly subgroup: number;
}

export function sumsShader(v: SumsVariant): string {
  const { what, width, lanes, subgroup } = v;
  const type = elementType(width);
  const perStep = THREADS / lanes;
  const two = what === 'gradient';
  const add = {
    values: 'sum += x[at];',
    squares: 'let d = x[at] - mean; sum += d * d;',
    gradient: `let g = ${v.masked ? `select(${type}(0.0), dz[at], mask[at] > ${type}(0.0))` : 'dz[at]'};
      sum += g; second += g * (x[at] - mean) * deviation;`,
  }[what];
  const place = `(tid / ${lanes}) * ${rowOf(v)} + tid % ${lanes}`;
  return `${subgroup > 0 ? NEEDS_SUBGROUPS : ''}
var<workgroup> sums : array<${type}, ${perStep * rowOf(v)}>;
${two ? `var<workgroup> seconds : array<${type}, ${perStep * rowOf(v)}>;` : ''}
fn main() {
  let tid = i32(localIndex);
  let quads = uniforms.xShape.w / ${width};
  let quad0 = i32(workgroupId.x) * ${lanes};
  let known = min(quad0 + tid % ${lanes}, quads - 1);
  let row0 = i32(workgroupId.y) * uniforms.outShape.w / ${width};
  ${what === 'values' ? '' : 'let mean = centre[known];'}
  ${two ? 'let deviation = inverse[known];' : ''}
  var sum = ${type}(0.0);
  var second = ${type}(0.0);
  for (var step = 0; step < uniforms.steps; step++) {
    let row = (i32(workgroupId.y) * uniforms.steps + step) * ${perStep} + tid / ${lanes};
    if (row < uniforms.rows) {
      let at = row * quads + known;
      ${add}
    }
  }
  sums[${place}] = sum;
  ${two ? `seconds[${place}] = second;` : ''}
  workgroupBarrier();
${subgroup > 0 ? bySubgroups(v) : byHalves(v)}
}`;
}

/** A subgroup reads along a column: one more element per row, so that it meets different banks. */
const rowOf = ({ lanes, subgroup }: SumsVariant): number => lanes + (subgroup > 0 ? 1 : 0);

function byHalves({ what, lanes }: SumsVariant): string {
  const two = what === 'gradient';
  const perStep = THREADS / lanes;
  const halvings = Array.from({ length: Math.log2(perStep) }, (_, i) => perStep >> (i + 1));
  return `${unroll(halvings.length, (i) => {
    const half = (halvings[i] ?? 0) * lanes;
    return `
  if (tid < ${half}) {
    sums[tid] += sums[tid + ${half}];
    ${two ? `seconds[tid] += seconds[tid + ${half}];` : ''}
  }
  workgroupBarrier();`;
  })}
  if (tid < ${lanes} && quad0 + tid < quads) {
    result[row0 + quad0 + tid] = sums[tid];
    ${two ? 'result[row0 + quads + quad0 + tid] = seconds[tid];' : ''}
  }`;
}

/**
 * Subgroups take the columns in turns. All of them sum in every turn, whether they have a column or not:
 * `subgroupAdd` asks for uniform control flow. How large they are is counted, for it may differ from
 * shader to shader; that each is a run of neighbouring threads is for the self-test to find.
 */
function bySubgroups(v: SumsVariant): string {
  const { what, width, lanes, subgroup } = v;
  const two = what === 'gradient';
  const type = elementType(width);
  const perStep = THREADS / lanes;
  const turns = Math.ceil((lanes * subgroup) / THREADS);
  return `
  let size = i32(subgroupAdd(1u));
  let place = i32(subgroupExclusiveAdd(1u));
${unroll(
  turns,
  (turn) => `
  {
    let column = tid / size + ${turn} * (${THREADS} / size);
    let mine = column < ${lanes};
    var part = ${type}(0.0);
    var other = ${type}(0.0);
    for (var row = place; mine && row < ${perStep}; row += size) {
      part += sums[row * ${rowOf(v)} + column];
      ${two ? `other += seconds[row * ${rowOf(v)} + column];` : ''}
    }
    let whole = subgroupAdd(part);
    ${two ? 'let otherWhole = subgroupAdd(other);' : ''}
    if (place == 0 && mine && quad0 + column < quads) {
      result[row0 + quad0 + column] = whole;
      ${two ? 'result[row0 + quads + quad0 + column] = otherWhole;' : ''}
    }
  }`,
)}`;
}
