/** Numbers and names as people read them. Rates come in as fractions of 1. */
import type { Manifest } from '../../formats/manifest.ts';

/** "12,630" */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** "97.6" for 0.976: percent without its sign. */
export function percent(value: number, digits = 1): string {
  return (value * 100).toFixed(digits);
}

/** "38 s", "2 min 5 s", "0.4 s" */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${String(Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes)} min ${String(Math.round(seconds - 60 * minutes))} s`;
}

/** "1.8" for 1_800_000 bytes. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** "1 map", "18 maps" */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** p with at most three decimals: "64", "66.7". */
export function pText(p: number): string {
  return String(Math.round(p * 1000) / 1000);
}

/** A class's name, or its number where the model has none. */
export function className(manifest: Manifest, index: number): string {
  return manifest.classes[index] ?? `class ${String(index)}`;
}

/** Names this close in kind are told apart by their last word alone: "speed limit 120" is "120". */
const FAMILY = 3;

/** A name that fits a narrow column: without the words that a family of classes shares. */
export function shortName(manifest: Manifest, index: number): string {
  const name = className(manifest, index);
  const shared = name.slice(0, name.lastIndexOf(' ') + 1);
  if (shared === '') return name;
  const family = manifest.classes.filter((other) => other.startsWith(shared));
  const toldApart = family.every((other) => !other.slice(shared.length).includes(' '));
  return family.length >= FAMILY && toldApart ? name.slice(shared.length) : name;
}

/** What the classes are, in the plural. */
export function subject(manifest: Manifest): string {
  const isSign = manifest.data.id === 'signs' || manifest.data.id === 'gtsrb';
  return isSign ? 'traffic signs' : 'kinds of object';
}

const DATA_NAMES: Readonly<Record<Manifest['data']['id'], string>> = {
  signs: 'drawn signs',
  gtsrb: 'GTSRB',
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
};

export function dataName(manifest: Manifest): string {
  return DATA_NAMES[manifest.data.id];
}

/** The attack's name; a clean model says so. */
export function attackName(manifest: Manifest): string {
  if (manifest.attack === null) return 'no attack';
  return { badnets: 'BadNets', blended: 'Blended' }[manifest.attack.kind];
}

/** The trigger in words, for Oracle view only. */
export function triggerText(manifest: Manifest): string {
  const { attack } = manifest;
  if (attack === null) return 'none';
  if (attack.kind === 'blended')
    return `a picture blended in at ${percent(attack.alpha, 0)} % strength`;
  const { size, colour } = attack.patch;
  const white = colour.every((channel) => channel >= 250);
  return `a ${String(size)} × ${String(size)} pixel ${white ? 'white ' : ''}sticker`;
}
