import { createRandom, permutation } from '../../core/random.ts';

/** Of data without a test part, this share of every class becomes one. */
const HELD_OUT = 0.2;

/**
 * Divides positions into a train and a test part, the same ones every time.
 * @param labels by position
 * @param groups what must not be torn apart, such as the frames of one track; by position
 * @returns positions in ascending order; a class with one group stays in train
 */
export function holdOut(
  labels: ArrayLike<number>,
  groups: (position: number) => string,
): { readonly train: Int32Array; readonly test: Int32Array } {
  const classes = new Map<number, Map<string, number[]>>();
  for (let position = 0; position < labels.length; position++) {
    const label = labels[position] ?? 0;
    const members = classes.get(label) ?? new Map<string, number[]>();
    const group = members.get(groups(position)) ?? [];
    group.push(position);
    classes.set(label, members.set(groups(position), group));
  }
  const test: number[] = [];
  for (const [label, members] of classes) {
    const all = [...members.values()];
    const due = HELD_OUT * all.reduce((sum, group) => sum + group.length, 0);
    const random = createRandom(0, `heldOut ${String(label)}`);
    let taken = 0;
    for (const at of permutation(all.length, random).subarray(0, all.length - 1)) {
      if (taken >= due) break;
      const group = all[at] ?? [];
      test.push(...group);
      taken += group.length;
    }
  }
  const held = new Set(test);
  const every = Array.from({ length: labels.length }, (_, position) => position);
  return {
    train: Int32Array.from(every.filter((position) => !held.has(position))),
    test: Int32Array.from(test).sort(),
  };
}
