import { partOf } from './recognise.ts';

/** The path of the folder that a file or folder lies in; empty at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A third part, as some data sets have one: no sign that its neighbours are classes. */
const VALIDATION = /^(dev|val|valid|validation)$/i;

/**
 * Tells classes from parts among folders of images. CIFAR-100 has a class `train`: a folder of such
 * a name is a part only where folders of images lie in it or in one beside it. Where all lie flat,
 * it is a class if one beside it has another name, and not if both parts seem to be there.
 * @param folders paths of all folders that hold images
 */
export function classFolders(folders: ReadonlySet<string>): (folder: string) => boolean {
  const deep = new Set<string>();
  for (const folder of folders)
    for (let above = parentOf(folder); above !== ''; above = parentOf(above)) deep.add(above);
  const beside = new Map<string, Set<string>>();
  for (const path of new Set([...folders, ...deep])) {
    const paths = beside.get(parentOf(path)) ?? new Set();
    beside.set(parentOf(path), paths.add(path));
  }
  return (folder) => {
    if (folder === '') return false;
    if (partOf(nameOf(folder)) === null) return true;
    const paths = [...(beside.get(parentOf(folder)) ?? [])];
    const partly = paths.filter((path) => partOf(nameOf(path)) !== null);
    return (
      !partly.some((path) => deep.has(path)) &&
      new Set(partly.map((path) => partOf(nameOf(path)))).size === 1 &&
      paths.some((path) => folders.has(path) && isOrdinary(nameOf(path)))
    );
  };
}

const isOrdinary = (name: string): boolean => partOf(name) === null && !VALIDATION.test(name);
