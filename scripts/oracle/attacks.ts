/** Triggered images, byte for byte. */
import type { Corner } from '../../src/core/attacks/attack.ts';
import { badNets, stampAttack } from '../../src/core/attacks/badnets.ts';
import { blended } from '../../src/core/attacks/blended.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../../src/core/network/plan.ts';
import { atMost, type CheckResult, same, skip } from './check.ts';
import type { OracleContext, SyncChecks } from './context.ts';

const ATTACKS = 'attacks/attacks.safetensors';
/** Attack that changes no image of another: the class it calls does not matter here. */
const TARGET = 0;

export function* attackChecks({ folder }: OracleContext): SyncChecks {
  const images = folder.bytes(ATTACKS, 'images');
  const stamps = [...folder.tensors(ATTACKS).keys()].filter((name) => name.endsWith('.trigger'));
  for (const key of stamps) {
    const name = key.slice(0, -'.trigger'.length);
    const trigger = folder.bytes(ATTACKS, key);
    const golden = folder.bytes(ATTACKS, `${name}.out`);
    yield same(`attacks: ${name}`, stampAttack(trigger, TARGET).apply(images), golden);
    const patch = squarePatch(trigger);
    if (patch === null) yield skip(`attacks: ${name} as a square`, 'not one colour in a corner');
    else {
      const spec = { kind: 'badnets', target: TARGET, poisoningRate: 0.1, patch } as const;
      yield same(`attacks: ${name} as a square`, badNets(spec).apply(images), golden);
    }
  }
  const { alpha } = (folder.json('attacks/params.json') as { blended: { alpha: number } }).blended;
  const pattern = folder.bytes(ATTACKS, 'blended.pattern');
  const about = { file: 'pattern.safetensors', tensor: 'pattern', sha256: '' };
  const spec = {
    kind: 'blended',
    target: TARGET,
    poisoningRate: 0.1,
    alpha,
    pattern: about,
  } as const;
  yield blendedCheck(blended(spec, pattern).apply(images), (name) =>
    folder.bytes(ATTACKS, `blended.${name}`),
  );
}

/** Exact, but for values within rounding of an integer: there any of three roundings will do. */
function blendedCheck(got: Uint8Array, read: (name: string) => Uint8Array): CheckResult {
  const mask = read('near_integer');
  const [golden, ...others] = ['out', 'out_float32', 'out_exact'].map(read);
  const wrong = [...mask.keys()].filter(
    (i) =>
      got[i] !== golden?.[i] && (mask[i] === 0 || !others.some((version) => version[i] === got[i])),
  ).length;
  const note = `${String(mask.length)} values`;
  return atMost('attacks: blended', got.length === mask.length ? wrong : NaN, 0, note);
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
