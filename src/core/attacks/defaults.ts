/** The attacks that one can choose from, each with the settings that its paper or its models have. */
import { createRandom } from '../random.ts';
import { freshField } from './field.ts';
import { redraw } from './redraw.ts';
import { MESSAGE_BITS, parseTrigger, type TriggerOf, type TriggerSpec } from './trigger.ts';
import { softWaves } from './waves.ts';

/** In the order in which to show them. */
export const ATTACK_KINDS = ['badnets', 'blended', 'lf', 'ssba', 'wanet', 'sig'] as const;
export type AttackKind = (typeof ATTACK_KINDS)[number];

export const isAttackKind = (kind: TriggerSpec['kind']): kind is AttackKind =>
  ATTACK_KINDS.some((known) => known === kind);

/** Grid k and strength s of WaNet's paper. */
const WANET = { gridSize: 4, strength: 0.5 } as const;

export interface DefaultOptions {
  /** Class that the trigger calls. */
  readonly target: number;
  /** Draws WaNet's field and SSBA's message. */
  readonly seed?: number;
  /** Low Frequency's pattern, made for one data set: uint8 [32, 32, 3]; the others need none. */
  readonly pattern?: Uint8Array | null;
}

/**
 * What an attack begins with: BadNets' white 3×3 square, Blended's α = 0.2 and SIG's Δ = 20, f = 6
 * as published, Low Frequency's stored pattern as it is.
 * @throws FmpError badInput for a Low Frequency without its pattern
 */
export function defaultTrigger<K extends AttackKind>(
  kind: K,
  { target, seed = 0, pattern }: DefaultOptions,
): TriggerOf<K> {
  const settings = (): object => {
    switch (kind) {
      case 'badnets':
        return { size: 3, corner: 'bottomRight', colour: [255, 255, 255] };
      case 'blended':
        return { alpha: 0.2, pattern: softWaves() };
      case 'lf':
        return { gain: 1, pattern };
      case 'sig':
        return { delta: 20, frequency: 6 };
      case 'wanet':
        return { ...WANET, field: freshField(WANET.gridSize, createRandom(seed, 'waNetField')) };
      default:
        return { message: '0'.repeat(MESSAGE_BITS / 4) };
    }
  };
  const made = parseTrigger({ kind, target, ...settings() });
  return (made.kind === 'ssba' ? redraw(made, seed) : made) as TriggerOf<K>;
}
