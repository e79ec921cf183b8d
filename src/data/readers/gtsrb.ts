import { badData, grouped } from '../archive/badData.ts';
import { ABOUT } from './about.ts';
import type { Placed } from './classFolders.ts';
import { readTable } from './csv.ts';
import type { Found } from './found.ts';
import type { ImageList } from './imageList.ts';
import { partOf } from './recognise.ts';

/** The table of one class's training images. */
const isClassTable = (path: string): boolean => /(^|\/)GT-\d{5}\.csv$/i.test(path);

const CLASSES = ABOUT.gtsrb.classes;

/**
 * The official test images, all in one folder, with the classes that come as a table in another
 * archive; in the official order.
 * @param images those that lie in no class's folder
 * @throws FmpError badData where the table is missing or does not list the same images
 */
export function officialTest({ tables, pixels }: Found, images: readonly Placed[]): ImageList {
  const rows = [...tables]
    .filter(
      ([path]) => !isClassTable(path) && partOf(path.slice(path.lastIndexOf('/') + 1)) !== 'train',
    )
    .flatMap(([path, text]) => readTable(path, text, CLASSES) ?? []);
  const classOf = new Map(rows.map(({ file, classId }) => [file, classId]));
  if (classOf.size === 0)
    throw badData('the classes of the test images are missing', {
      ...{ field: 'GT-final_test.csv', got: 'no table with the columns Filename and ClassId' },
      expected: 'GTSRB_Final_Test_GT.zip beside the images',
      remedy: 'give it together with the other two archives, or a folder that holds all three',
    });
  const sorted = [...images].sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = sorted.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const unlisted = files.filter((file) => !classOf.has(file));
  if (unlisted.length > 0 || files.length !== classOf.size)
    throw badData('the test images are not those of the table', {
      field: 'GT-final_test.csv',
      got: `${grouped(files.length)} images, ${grouped(unlisted.length)} of them not listed`,
      expected: `the ${grouped(classOf.size)} images of the table`,
    });
  return pixels.list(
    sorted.map(({ position }) => position),
    files.map((file) => classOf.get(file) ?? 0),
  );
}

/**
 * Checks each class's folder against its own table, GT-000xx.csv, where there is one.
 * @throws FmpError badData where images are missing or of another class
 */
export function checkTables(tables: ReadonlyMap<string, string>, images: readonly Placed[]): void {
  const counts = new Map<string, number>();
  for (const { path } of images) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  for (const [path, text] of tables) {
    if (!isClassTable(path)) continue;
    const folder = path.slice(0, path.lastIndexOf('/'));
    const rows = readTable(path, text, CLASSES) ?? [];
    const [listed, found] = [rows.length, counts.get(folder) ?? 0];
    if (listed !== found)
      throw badData('a class is not complete', {
        ...{ field: folder, got: `${grouped(found)} images` },
        expected: `${grouped(listed)} images, as its table lists them`,
      });
    const id = Number(folder.slice(folder.lastIndexOf('/') + 1));
    const stray = rows.find(({ classId }) => classId !== id);
    if (stray !== undefined)
      throw badData('a table does not fit its folder', {
        ...{ field: path, got: `class ${String(stray.classId)} for ${stray.file}` },
        expected: `class ${String(id)}`,
      });
  }
}
