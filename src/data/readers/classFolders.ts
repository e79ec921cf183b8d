import { badData, grouped } from '../archive/badData.ts';
import { aboutOf, type DatasetName } from './about.ts';
import { classFolders, parentOf } from './classOrPart.ts';
import { type Part, partOf } from './recognise.ts';

/** Where an image lies among folders of images per class. */
export interface Placed {
  readonly position: number;
  readonly path: string;
  readonly part: Part | null;
  /** Name of the folder that it lies in. */
  readonly folder: string;
  /** Whether it lies at the top or in a part, and so in no class's folder. */
  readonly isLoose: boolean;
}

const MAX_CLASSES = 1000;

/** Reads paths: an image's folder is its class, a folder above it may say train or test. */
export function placeAll(paths: readonly string[]): readonly Placed[] {
  const isClass = classFolders(new Set(paths.map(parentOf)));
  return paths.map((path, position) => {
    const folders = path.split('/').slice(0, -1);
    const parts = folders.slice(0, -1).map(partOf);
    return {
      ...{ position, path, part: parts.findLast((part) => part !== null) ?? null },
      ...{ folder: folders.at(-1) ?? '', isLoose: !isClass(folders.join('/')) },
    };
  });
}

/** Classes by folder name, and their names in order. */
export interface Classes {
  readonly idOf: ReadonlyMap<string, number>;
  readonly names: readonly string[];
}

/**
 * Gives the folders their class ids: numbers are ids, names count in alphabetical order.
 * @throws FmpError badData where they are not the classes of the data set
 */
export function classesOf(name: DatasetName, images: readonly Placed[]): Classes {
  const folders = [...new Set(images.map(({ folder }) => folder))];
  const about = aboutOf(name);
  const loose = new Set(images.flatMap(({ folder, isLoose }) => (isLoose ? [folder] : [])));
  if (loose.size > 0)
    throw badClasses(`images in ${listed([...loose])} and not in a class's folder`, name);
  if (about === null) {
    if (folders.length < 2 || folders.length > MAX_CLASSES)
      throw badClasses(`${counted(folders.length)} (${listed(folders)})`, name);
    const names = folders.sort(inOrder);
    return { idOf: new Map(names.map((folder, id) => [folder, id])), names };
  }
  const numbered = folders.every((folder) => /^\d+$/.test(folder));
  const sorted = folders.sort(inOrder);
  if (sorted.length !== about.classes)
    throw badClasses(`${counted(sorted.length)} (${listed(sorted)})`, name);
  const known = about.classNames;
  const fits = sorted.every((folder, id) =>
    numbered ? Number(folder) === id : name !== 'gtsrb' && (known?.[id] ?? folder) === folder,
  );
  if (!fits) throw badClasses(listed(sorted), name);
  return {
    idOf: new Map(sorted.map((folder, id) => [folder, id])),
    names: known ?? sorted,
  };
}

/** Numbers by value, everything else by its characters. */
function inOrder(a: string, b: string): number {
  const difference = /^\d+$/.test(a) && /^\d+$/.test(b) ? Number(a) - Number(b) : 0;
  return difference === 0 ? (a < b ? -1 : 1) : difference;
}

const counted = (n: number): string => `${grouped(n)} folder${n === 1 ? '' : 's'} with images`;
const shown = (folder: string): string => (folder === '' ? 'the top folder' : folder);
const listed = (folders: readonly string[]): string =>
  `${folders.slice(0, 4).map(shown).join(', ')}${folders.length > 4 ? ', …' : ''}`;

function badClasses(got: string, name: DatasetName): Error {
  const about = aboutOf(name);
  const expected =
    about === null
      ? `2 to ${grouped(MAX_CLASSES)} folders, one per class`
      : `${String(about.classes)} folders, one per class${
          name === 'cifar10' ? ', named 0 to 9 or airplane to truck' : ''
        }${name === 'gtsrb' ? ', named 0 to 42' : ''}`;
  return badData('the folders are not the classes', {
    ...{ field: 'folders', got, expected },
    remedy: 'put the images of each class in a folder of its own; see docs/data.md',
  });
}
