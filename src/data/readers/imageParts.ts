import { badData, grouped } from '../archive/badData.ts';
import { aboutOf, type DatasetName } from './about.ts';
import { type Classes, classesOf, placeAll, type Placed } from './classFolders.ts';
import type { Found } from './found.ts';
import { checkTables, officialTest } from './gtsrb.ts';
import { type Parts, withHeldOut } from './parts.ts';
import { partOf } from './recognise.ts';

/** GTSRB names its frames track_frame: frames of one track are near-duplicates. */
const TRACK = /\/(\d{5})_\d{5}\.\w+$/;

/**
 * Folders of images per class, GTSRB's official ones included.
 * @throws FmpError badData
 */
export function imageParts(name: DatasetName, found: Found): Parts {
  const all = placeAll(found.images);
  const flat = name === 'gtsrb' ? all.filter(isFlatTest) : [];
  const images = flat.length === 0 ? all : all.filter(({ folder }) => /^\d+$/.test(folder));
  if (images.length === 0) throw noTraining(flat.length);
  const test = flat.length === 0 ? null : officialTest(found, flat);
  const classes = classesOf(name, images);
  if (name === 'gtsrb') checkTables(found.tables, images);
  const inTrain = images.filter(({ part }) => part === 'train');
  const inTest = images.filter(({ part }) => part === 'test');
  const format = formatOf(name, test !== null);
  const shared = { classNames: classes.names, format };
  if (test !== null) {
    checkTrain(classes, images);
    return { ...shared, train: listOf(found, classes, images), test, notes: [] };
  }
  if (inTrain.length === 0 || inTest.length === 0) {
    const sorted = inOrder(classes, images);
    const group = (at: number): string => TRACK.exec(sorted[at]?.path ?? '')?.[1] ?? String(at);
    const only = inTest.length > 0 ? 'test' : 'train';
    return { ...shared, ...withHeldOut(listOf(found, classes, images), only, group) };
  }
  checkTrain(classes, inTrain);
  const left = images.length - inTrain.length - inTest.length;
  return {
    ...shared,
    train: listOf(found, classes, inTrain),
    test: listOf(found, classes, inTest),
    notes: left === 0 ? [] : [`${grouped(left)} images outside train and test are left out`],
  };
}

/** GTSRB's test images lie in one folder, such as Final_Test/Images, and not in their classes'. */
function isFlatTest({ folder, part }: Placed): boolean {
  return !/^\d+$/.test(folder) && (part === 'test' || partOf(folder) === 'test');
}

function formatOf(name: DatasetName, official: boolean): string {
  if (official) return 'GTSRB, official images and tables';
  const title = aboutOf(name)?.title;
  return `images in one folder per class${title === undefined ? '' : ` (${title})`}`;
}

/** By class, then by path: the order of an archive has no say. */
function inOrder({ idOf }: Classes, images: readonly Placed[]): readonly Placed[] {
  const id = ({ folder }: Placed): number => idOf.get(folder) ?? 0;
  return [...images].sort((a, b) => id(a) - id(b) || (a.path < b.path ? -1 : 1));
}

function listOf(found: Found, classes: Classes, images: readonly Placed[]) {
  const sorted = inOrder(classes, images);
  return found.pixels.list(
    sorted.map(({ position }) => position),
    sorted.map(({ folder }) => classes.idOf.get(folder) ?? 0),
  );
}

function noTraining(test: number): Error {
  return badData('the training images are missing', {
    ...{ field: 'GTSRB', got: `${grouped(test)} test images and none in the folder of a class` },
    expected: 'GTSRB_Final_Training_Images.zip beside the test images',
    remedy: 'give all three archives together, or a folder that holds all three',
  });
}

function checkTrain({ idOf, names }: Classes, train: readonly Placed[]): void {
  const present = new Set(train.map(({ folder }) => idOf.get(folder)));
  const missing = names.filter((_, id) => !present.has(id));
  if (missing.length > 0)
    throw badData('a class has no training images', {
      field: 'train',
      got: `no images of ${missing.slice(0, 4).join(', ')}`,
      expected: 'images of every class',
      remedy: 'give the whole training part',
    });
}
