/** Numbers and names as people read them. Rates come in as fractions of 1. */
import type { ModelSummary } from '../../bridge/protocol.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import type { ModelFacts } from '../../formats/modelFacts.ts';
import type { Provenance } from '../../store/resultsState.ts';

/** "12,630". Whole numbers without `Intl`, whose first use takes a twentieth of the first draw. */
export function count(n: number): string {
  return Number.isSafeInteger(n)
    ? String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')
    : n.toLocaleString('en-US');
}

/** "97.6" for 0.976: percent without its sign. */
export function percent(value: number, digits = 1): string {
  return (value * 100).toFixed(digits);
}

/** A number and its unit, or its percent sign: no line ends between the two. */
export function withUnit(number: string, unit: string): string {
  return `${number}\u00a0${unit}`;
}

/** "97.6 %" for 0.976 */
export function percentText(value: number, digits = 1): string {
  return withUnit(percent(value, digits), '%');
}

/** "38 s", "2 min 5 s", "0.4 s". Rounded before it is split: 119.7 seconds are two minutes. */
export function duration(seconds: number): string {
  const tenths = Math.round(seconds * 10) / 10;
  if (tenths < 10) return withUnit(tenths.toFixed(1), 's');
  const whole = Math.round(seconds);
  const rest = withUnit(String(whole % 60), 's');
  return whole < 60 ? rest : `${withUnit(String(Math.floor(whole / 60)), 'min')} ${rest}`;
}

/** "1.8" for 1_800_000 bytes. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** "1.8 MB" for 1_800_000 bytes. */
export function megabytesText(bytes: number): string {
  return withUnit(megabytes(bytes), 'MB');
}

/** "1 map", "18 maps" */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A name at the head of something: "Drawn signs". */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "2026-11-22 on AMD EPYC, 2 cores, commit 1a2b3c4"; a page may not know its commit. */
export function provenanceText({ date, device, commit }: Provenance): string {
  return `${date} on ${device}${commit === '' ? '' : `, commit ${commit}`}`;
}

/** p with at most three decimals: "64", "66.7". */
export function pText(p: number): string {
  return String(Math.round(p * 1000) / 1000);
}

/** A class's name, or its number where the model has none. */
export function className(manifest: ModelFacts, index: number): string {
  return manifest.classes[index] ?? `class ${String(index)}`;
}

/** Names this close in kind are told apart by their last word alone: "speed limit 120" is "120". */
const FAMILY = 3;

/** A name that fits a narrow column: without the words that a family of classes shares. */
export function shortName(manifest: ModelFacts, index: number): string {
  const name = className(manifest, index);
  const shared = name.slice(0, name.lastIndexOf(' ') + 1);
  if (shared === '') return name;
  const family = manifest.classes.filter((other) => other.startsWith(shared));
  const toldApart = family.every((other) => !other.slice(shared.length).includes(' '));
  return family.length >= FAMILY && toldApart ? name.slice(shared.length) : name;
}

type KnownAttack = Exclude<NonNullable<ModelFacts['attack']>, 'unknown'>;

/** The attack that the model is known to be trained with. */
export function knownAttack({ attack }: ModelFacts): KnownAttack | null {
  return attack === 'unknown' ? null : attack;
}

/** What the classes are, in the plural. */
export function subject(manifest: ModelFacts): string {
  const isSign = manifest.data.id === 'signs' || manifest.data.id === 'gtsrb';
  if (isSign) return 'traffic signs';
  return manifest.data.id === 'folder' ? 'classes' : 'kinds of object';
}

const DATA_NAMES: Readonly<Record<ModelFacts['data']['id'], string>> = {
  signs: 'drawn signs',
  gtsrb: 'GTSRB',
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
  folder: 'own images',
};

export function dataName(id: ModelFacts['data']['id']): string {
  return DATA_NAMES[id];
}

/** What a model lacks before it can run; null: nothing. */
export function needsText({ manifest, needs }: ModelSummary): string | null {
  return needs === null ? null : `needs the ${dataName(manifest.data.id)} images`;
}

const ATTACK_NAMES: Readonly<Record<KnownAttack['kind'], string>> = {
  badnets: 'BadNets',
  blended: 'Blended',
  lf: 'Low Frequency',
  ssba: 'SSBA',
  wanet: 'WaNet',
  sig: 'SIG',
};

/** The attack's name; a clean model says so, and one that was brought that nobody knows. */
export function attackName({ attack }: ModelFacts): string {
  if (attack === 'unknown') return 'your file';
  return attack === null ? 'no attack' : ATTACK_NAMES[attack.kind];
}

/** The trigger in words, for Oracle view only. */
export function triggerText(trigger: TriggerSpec): string {
  switch (trigger.kind) {
    case 'badnets': {
      const { size, colour } = trigger;
      const white = colour.every((channel) => channel >= 250);
      return `a ${String(size)} × ${String(size)} pixel ${white ? 'white ' : ''}sticker`;
    }
    case 'stamp':
      return 'a sticker';
    case 'blended':
      return `a picture blended in at ${percentText(trigger.alpha, 0)} strength`;
    case 'lf':
      return 'a faint smooth pattern';
    case 'ssba':
      return 'an invisible message';
    case 'wanet':
      return 'a slight warp';
    case 'sig':
      return 'faint stripes';
    case 'ownPatch':
      return 'your sticker';
    case 'ownBlend':
      return 'your picture';
  }
}
