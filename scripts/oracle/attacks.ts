/** Triggered images, byte for byte but for what rounding decides. */
import { createAttack } from '../../src/core/attacks/create.ts';
import { upsampleField } from '../../src/core/attacks/field.ts';
import { wave } from '../../src/core/attacks/sig.ts';
import type { Corner, TriggerOf, TriggerSpec } from '../../src/core/attacks/trigger.ts';
import { crossPositions, warp, warpPositions } from '../../src/core/attacks/wanet.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../../src/core/network/plan.ts';
import { atMost, type CheckResult, near, same, skip } from './check.ts';
import type { Checks, OracleContext } from './context.ts';
import type { OracleFolder } from './folder.ts';

const ATTACKS = 'attacks/attacks.safetensors';
/** Attack that changes no image of another: the class it calls does not matter here. */
const TARGET = 0;
/** Of warped images and grids, in the units of the golden values. */
const WARP = { abs: 1e-4 };

interface Params {
  readonly blended: { readonly alpha: number };
  readonly sig: { readonly delta: number; readonly f: number };
  readonly wanet: { readonly k: number; readonly s: number };
}

export async function* attackChecks({ folder }: Pick<OracleContext, 'folder'>): Checks {
  const params = folder.json('attacks/params.json') as Params;
  yield* stampChecks(folder);
  const bytes = (name: string): Uint8Array => folder.bytes(ATTACKS, name);
  const apply = (trigger: TriggerSpec): Promise<Uint8Array> =>
    createAttack(trigger).apply(bytes('images'));
  const target = TARGET;

  const blended = { pattern: bytes('blended.pattern'), alpha: params.blended.alpha };
  const mixed = await apply({ kind: 'blended', target, ...blended });
  yield rounded('attacks: blended', mixed, bytes('blended.near_integer'), [
    ...['out', 'out_float32', 'out_exact'].map((name) => bytes(`blended.${name}`)),
  ]);

  const smooth = await apply({ kind: 'lf', target, gain: 1, pattern: bytes('lf.pattern') });
  yield same('attacks: lf', smooth, bytes('lf.out'));

  const stripes = { kind: 'sig', target, ...sigParams(params) } as const;
  yield near('attacks: sig, row', wave(stripes), folder.floats(ATTACKS, 'sig.row'), { abs: 1e-4 });
  yield rounded('attacks: sig', await apply(stripes), bytes('sig.near_integer'), [
    ...['out', 'out_exact'].map((name) => bytes(`sig.${name}`)),
  ]);

  yield* waNetChecks(folder, params.wanet);
}

const sigParams = ({ sig }: Params) => ({ delta: sig.delta, frequency: sig.f });

async function* waNetChecks(folder: OracleFolder, { k, s }: Params['wanet']): Checks {
  const floats = (name: string): Float32Array => folder.floats(ATTACKS, `wanet.${name}`);
  const images = folder.bytes(ATTACKS, 'images');
  const trigger: TriggerOf<'wanet'> = {
    ...{ kind: 'wanet', target: TARGET, strength: s, gridSize: k, field: floats('field') },
  };
  yield near('attacks: wanet, field', upsampleField(trigger.field, k), floats('noise'), WARP);
  const positions = warpPositions(trigger);
  yield near('attacks: wanet, grid', asGrid(positions), floats('grid'), WARP);
  const out = await createAttack(trigger).apply(images);
  const golden = folder.bytes(ATTACKS, 'wanet.out');
  // Where rounding decides, one level more or less.
  const versions = [0, 1, -1].map((step) =>
    golden.map((value) => Math.max(0, Math.min(255, value + step))),
  );
  yield rounded('attacks: wanet', out, folder.bytes(ATTACKS, 'wanet.near_integer'), versions);
  yield near('attacks: wanet, warp', warped(images, positions), of(folder, 'out_float'), WARP);
  const cross = crossPositions(positions, floats('cross_noise'));
  yield near('attacks: wanet, noise mode, grid', asGrid(cross), floats('cross_grid'), WARP);
  const noisy = of(folder, 'cross_out_float');
  yield near('attacks: wanet, noise mode, warp', warped(images, cross), noisy, WARP);
}

const of = (folder: OracleFolder, name: string): Float32Array =>
  folder.images(ATTACKS, `wanet.${name}`);

/** Pixels as the paper counts them: −1 to 1 across the image. */
const asGrid = (positions: Float64Array): Float64Array =>
  positions.map((position) => (2 * position) / (IMAGE_SIZE - 1) - 1);

/** Warped images in [0, 1]. */
const warped = (images: Uint8Array, positions: Float64Array): Float32Array =>
  warp(images, positions, new Float32Array(images.length)).map((value) => value / 255);

async function* stampChecks(folder: OracleFolder): Checks {
  const images = folder.bytes(ATTACKS, 'images');
  const stamps = [...folder.tensors(ATTACKS).keys()].filter((name) => name.endsWith('.trigger'));
  for (const key of stamps) {
    const name = key.slice(0, -'.trigger'.length);
    const pattern = folder.bytes(ATTACKS, key);
    const golden = folder.bytes(ATTACKS, `${name}.out`);
    const stamp = createAttack({ kind: 'stamp', target: TARGET, pattern });
    yield same(`attacks: ${name}`, await stamp.apply(images), golden);
    const patch = squarePatch(pattern);
    if (patch === null) yield skip(`attacks: ${name} as a square`, 'not one colour in a corner');
    else {
      const square = createAttack({ kind: 'badnets', target: TARGET, ...patch });
      yield same(`attacks: ${name} as a square`, await square.apply(images), golden);
    }
  }
}

/** Exact, but for values within rounding of an integer: there any of the versions will do. */
function rounded(
  name: string,
  got: Uint8Array,
  mask: Uint8Array,
  versions: readonly Uint8Array[],
): CheckResult {
  const [golden] = versions;
  const wrong = [...mask.keys()].filter(
    (i) =>
      got[i] !== golden?.[i] &&
      (mask[i] === 0 || !versions.some((version) => version[i] === got[i])),
  ).length;
  const note = `${String(mask.length)} values`;
  return atMost(name, got.length === mask.length ? wrong : NaN, 0, note);
}
/** The trigger as a corner patch of one colour, or null where it is something else. */
function squarePatch(
  trigger: Uint8Array,
): { size: number; corner: Corner; colour: [number, number, number] } | null {
  const pixel = (row: number, column: number): [number, number, number] => {
    const at = (row * IMAGE_SIZE + column) * IMAGE_CHANNELS;
    return [trigger[at] ?? 0, trigger[at + 1] ?? 0, trigger[at + 2] ?? 0];
  };
  const last = IMAGE_SIZE - 1;
  const corners = [
    ['topLeft', 0, 0],
    ['topRight', 0, last],
    ['bottomLeft', last, 0],
    ['bottomRight', last, last],
  ] as const;
  const found = corners.find(([, row, column]) => pixel(row, column).every((v) => v > 0));
  if (found === undefined) return null;
  const [corner, row, column] = found;
  const colour = pixel(row, column);
  const covered = trigger.filter((value) => value > 0).length / IMAGE_CHANNELS;
  const size = Math.sqrt(covered);
  if (!Number.isInteger(size)) return null;
  const inside = (at: number, edge: number): boolean => (edge === 0 ? at < size : at > last - size);
  for (let i = 0; i < trigger.length; i++) {
    const at = Math.floor(i / IMAGE_CHANNELS);
    const within = inside(Math.floor(at / IMAGE_SIZE), row) && inside(at % IMAGE_SIZE, column);
    if (trigger[i] !== (within ? colour[i % IMAGE_CHANNELS] : 0)) return null;
  }
  return { size, corner, colour };
}
