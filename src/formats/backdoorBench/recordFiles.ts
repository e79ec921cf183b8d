/**
 * The record folder beside an `attack_result.pt`. Its paths are those of the machine that made it
 * (`./record/<run>/bd_test_dataset/<class>/<index>.png`), so they are matched from their ends
 * against the files that the user chose, and never used to open anything.
 */
import { badFile, quoted } from '../torch/fileError.ts';

/** Files that the user chose, by relative path with forward slashes. */
export type Companions = ReadonlyMap<string, Uint8Array>;

/** What BackdoorBench calls the network in a record folder. */
export const RESULT_NAMES = ['attack_result.pt', 'defense_result.pt'] as const;

/** Whether a path with forward slashes ends with one of these names. */
export const isResult = (path: string): boolean =>
  RESULT_NAMES.some((name) => name === path.slice(path.lastIndexOf('/') + 1));

/** Parts of a path that must agree where both have them: folder of the set, class, file. */
const COMPARED = 3;
const REMEDY = 'give the record folder, or a zip of it, that lies beside attack_result.pt';

/** Finds the file that a path of the checkpoint means. */
export type FindCompanion = (path: string) => Uint8Array | undefined;

/** @throws FmpError badModel from the result, when two files fit a path equally well */
export function findCompanions(companions: Companions): FindCompanion {
  const byName = new Map<string, (readonly [parts: string[], bytes: Uint8Array])[]>();
  for (const [path, bytes] of companions) {
    const parts = partsOf(path);
    const name = parts.at(-1) ?? '';
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [[parts, bytes]]);
    else same.push([parts, bytes]);
  }
  return (path) => {
    const wanted = partsOf(path);
    const found = (byName.get(wanted.at(-1) ?? '') ?? []).filter(([parts]) => fits(parts, wanted));
    const [first, second] = found;
    if (second === undefined) return first?.[1];
    throw badFile(
      ...(['the record folder is ambiguous', 'path', quoted(path)] as const),
      `one file, not ${String(found.length)}`,
      'give the folder of one attack only',
    );
  };
}

/** @throws FmpError badModel: the checkpoint names an image that is not among the files */
export function missingCompanion(path: string, given: number): Error {
  const got = given === 0 ? `${quoted(path)}, and no record folder` : `no ${quoted(path)}`;
  return badFile('the triggered images are not there', 'bd_test', got, 'a PNG per image', REMEDY);
}

function fits(parts: readonly string[], wanted: readonly string[]): boolean {
  const compared = Math.min(COMPARED, parts.length, wanted.length);
  for (let i = 1; i <= compared; i++) if (parts.at(-i) !== wanted.at(-i)) return false;
  return compared > 0;
}

function partsOf(path: string): string[] {
  return path.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
}
