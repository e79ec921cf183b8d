/** What one can choose for a trigger, and in how few words it says what it is. */
import { ATTACK_KINDS, type AttackKind, isAttackKind } from '../../core/attacks/defaults.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';

/** The model's own, an attack from the literature, or a drawing or picture of one's own. */
export type Source = 'model' | AttackKind | 'draw';

export interface Choice<T extends string> {
  readonly id: T;
  readonly name: string;
  readonly words: string;
  /** Why it cannot be chosen here; undefined: it can. */
  readonly off?: string | undefined;
}

const WORDS: Readonly<Record<AttackKind, readonly [name: string, words: string]>> = {
  badnets: ['BadNets', 'a square in a corner'],
  blended: ['Blended', 'a faint picture'],
  lf: ['Low Frequency', 'a smooth tint'],
  ssba: ['SSBA', 'a hidden message'],
  wanet: ['WaNet', 'a slight warp'],
  sig: ['SIG', 'faint stripes'],
};

export const attackTitle = (kind: AttackKind): string => WORDS[kind][0];

/** @param off why an attack cannot be had here */
export function attackChoices(
  off: Partial<Readonly<Record<AttackKind, string>>>,
): readonly Choice<AttackKind>[] {
  return ATTACK_KINDS.map((kind) => {
    const [name, words] = WORDS[kind];
    return { id: kind, name, words, off: off[kind] };
  });
}

export const DRAW: Choice<'draw'> = {
  ...{ id: 'draw', name: 'Draw or open one', words: 'a sticker or a picture' },
};

/** Name of a trigger's attack, whoever made it. */
export function nameOf({ kind }: TriggerSpec): string {
  if (isAttackKind(kind)) return attackTitle(kind);
  return kind === 'stamp' ? 'BadNets' : 'your own trigger';
}

/** Where a trigger in use is from, next to the one that the model came with. */
export function sourceOf(trigger: TriggerSpec | null, original: TriggerSpec | null): Source {
  if (trigger === null) return original === null ? 'badnets' : 'model';
  if (trigger.kind === original?.kind) return 'model';
  return isAttackKind(trigger.kind) ? trigger.kind : 'draw';
}

/** What ASR says of a network under this trigger. */
export function transferNote(
  trigger: TriggerSpec,
  original: TriggerSpec | null,
  { same, clean }: { readonly same: boolean; readonly clean: boolean },
): string {
  const stay = 'Feature map scores see no trigger and stay.';
  if (same)
    return 'The network was trained with exactly this trigger: ASR measures its own backdoor.';
  if (original === null)
    return clean
      ? `The network was trained without any trigger. ASR measures how often this one fools it all the same. ${stay}`
      : `Nobody says what this network was trained with. ASR measures how much of it answers to this trigger. ${stay}`;
  if (trigger.kind === original.kind)
    return `The network was trained with ${nameOf(original)}, but not with these settings. ASR measures how far its backdoor carries over to them. ${stay}`;
  return `The network was not trained with ${nameOf(trigger)} but with ${nameOf(original)}. ASR measures transfer: how much of that backdoor answers to another trigger. ${stay}`;
}
