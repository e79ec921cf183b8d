import { gzipSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { memoryFile, type SourceFile } from '../../src/data/archive/source.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import type { DatasetName } from '../../src/data/readers/about.ts';
import { openDataset } from '../../src/data/readers/openDataset.ts';
import { factsOfAsync } from '../support/facts.ts';
import {
  type Files,
  file,
  hash,
  planarValue,
  png,
  ppm,
  records,
  tar,
  tarGz,
  text,
  zeros,
  zip,
} from './archives.ts';

const open = (name: DatasetName, ...files: SourceFile[]) => openDataset(name, files, { hash });
const folder = (files: Files): SourceFile[] =>
  Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes));
const gz = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);
const trainOf = (dataset: Dataset) => dataset.train(all(dataset.trainCount));
const testOf = (dataset: Dataset) => dataset.test(all(dataset.testCount));

/** The value of pixel and channel `at` of a record built by `records`. */
const pixel = (record: number, at: number): number =>
  planarValue(record, (at % 3) * 1024 + Math.floor(at / 3));

describe('bare files of records', () => {
  const train = records([[3], [0], [9]]);
  const test = records([[1], [2]]);

  it.each([
    ['as they are', folder({ 'train.bin': train, 'test.bin': test })],
    ['compressed', folder({ 'test.bin.gz': gz(test), 'train.bin.gz': gz(train) })],
    ['in a zip', [file('all.zip', zip({ 'x/train.bin': train, 'x/test.bin': test }))]],
  ])('are a training and a test set, %s', async (_, files) => {
    const { dataset, classNames, notes } = await open('cifar10', ...files);
    expect(dataset).toMatchObject({ id: 'cifar10', classes: 10, trainCount: 3, testCount: 2 });
    expect([...trainOf(dataset).labels, ...testOf(dataset).labels]).toEqual([3, 0, 9, 1, 2]);
    expect(trainOf(dataset).images).toEqual(
      Uint8Array.from({ length: 3 * 3072 }, (__, i) => pixel(Math.floor(i / 3072), i % 3072)),
    );
    expect([classNames[9], notes]).toEqual(['truck', []]);
  });

  it('of CIFAR-100 have two labels, of which the second counts', async () => {
    const files = { 'train.bin': records([[1, 99]]), 'test.bin': records([[19, 42]]) };
    const { dataset } = await open('cifar100', ...folder(files));
    expect([...trainOf(dataset).labels, ...testOf(dataset).labels]).toEqual([99, 42]);
    expect(await factsOfAsync(() => open('cifar10', ...folder(files)))).toMatchObject({
      ...{ code: 'badData', got: '3,074 bytes, records with two labels, as in CIFAR-100' },
    });
    const ten = folder({ 'train.bin': records([[1]]), 'test.bin': records([[2]]) });
    expect((await factsOfAsync(() => open('cifar100', ...ten))).got).toContain('one label');
  });

  it('without a test file hold out a part of each class, always the same', async () => {
    const labels = Array.from({ length: 60 }, (_, i) => [i % 3]);
    const { dataset, notes } = await open('gtsrb', file('a.bin', records(labels)));
    expect([dataset.trainCount, dataset.testCount]).toEqual([48, 12]);
    expect([...testOf(dataset).labels].sort()).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(notes.join()).toContain('held out');
    const again = await open('gtsrb', file('a.bin', records(labels)));
    expect(testOf(again.dataset)).toEqual(testOf(dataset));
  });

  it.each([
    ['half a record', train.subarray(0, 4000), '4000 bytes', 'a multiple of 3073 bytes, not 0'],
    ['a label out of range', records([[10]]), 'label 10', 'a label below 10'],
  ])('are refused: %s', async (_, bytes, got, expected) => {
    const files = folder({ 'train.bin': bytes, 'test.bin': test });
    expect(await factsOfAsync(() => open('cifar10', ...files))).toMatchObject({ got, expected });
  });
});

/** One colour per class, a PNG each. */
const COLOURS = { ant: [200, 0, 0], bee: [0, 200, 0], cow: [0, 0, 200] } as const;

function images(under: string, count: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(COLOURS).flatMap(([name, [r, g, b]]) =>
      Array.from({ length: count }, (_, i) => [`${under}${name}/${String(i)}.png`, png(r, g, b)]),
    ),
  );
}

describe('images in one folder per class', () => {
  it.each([
    ['a folder', folder({ ...images('data/train/', 3), ...images('data/test/', 1) })],
    ['a zip', [file('a.zip', zip({ ...images('train/', 3), ...images('test/', 1) }))]],
    ['a tar.gz', [file('a.tgz', tarGz({ ...images('Training/', 3), ...images('Testing/', 1) }))]],
    [
      'two zips',
      [file('a.zip', zip(images('my_train/', 3))), file('b.zip', zip(images('my_test/', 1)))],
    ],
  ])('become a data set with their names: %s', async (_, files) => {
    const { dataset, classNames, notes } = await open('folder', ...files);
    expect(classNames).toEqual(['ant', 'bee', 'cow']);
    expect(dataset).toMatchObject({ id: 'folder', classes: 3, trainCount: 9, testCount: 3 });
    expect(notes).toEqual([]);
    const { images: pixels, labels } = trainOf(dataset);
    expect([...labels]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    labels.forEach((label, i) => {
      const colour = [...pixels.subarray(i * 3072, i * 3072 + 3)];
      expect(colour).toEqual([0, 1, 2].map((at) => (at === label ? 200 : 0)));
    });
  });

  it('are resized as the reference does', async () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) % 256);
    const bytes = encodePng({ width: 64, height: 64, data, channels: 3 });
    const files = { 'a/1.png': bytes, 'a/2.png': bytes, 'b/1.png': bytes, 'b/2.png': bytes };
    const { dataset } = await open('folder', ...folder(files));
    expect([dataset.trainCount, dataset.testCount]).toEqual([2, 2]);
    expect(dataset.train(Int32Array.of(0)).images.length).toBe(3072);
  });

  it('do not depend on the order in which they come', async () => {
    const files = folder({ ...images('train/', 3), ...images('test/', 2) });
    const { dataset } = await open('folder', ...files);
    const { dataset: turned } = await open('folder', ...files.reverse());
    expect(trainOf(turned)).toEqual(trainOf(dataset));
  });

  it('with numbers as names count by value', async () => {
    const one = png(1, 1, 1);
    const numbers = ['10', '9', '2'].flatMap((name) => [
      [`${name}/a.png`, one],
      [`${name}/b.png`, one],
    ]);
    const { classNames } = await open('folder', ...folder(Object.fromEntries(numbers) as Files));
    expect(classNames).toEqual(['2', '9', '10']);
  });

  it.each<[string, DatasetName, Files, string]>([
    [
      'no class folders',
      'folder',
      { 'a.png': png(1, 1, 1), 'b.png': png(1, 1, 1) },
      'the top folder',
    ],
    ['only a part', 'folder', { 'train/a.png': png(1, 1, 1) }, 'images in train'],
    ['one class', 'folder', { 'a/a.png': png(1, 1, 1) }, '1 folder with images (a)'],
    ['other classes', 'cifar10', images('', 2), '3 folders with images (ant, bee, cow)'],
    ['no images', 'folder', { 'a/readme.txt': text('x') }, '1 files, such as a/readme.txt'],
    ['nothing', 'folder', {}, 'no files'],
    ['no image inside', 'folder', { 'a/1.png': text('hello') }, 'begins with 68 65 6c 6c'],
  ])('are refused: %s', async (_, name, files, got) => {
    const facts = await factsOfAsync(() => open(name, ...folder(files)));
    expect(facts.code).toBe('badData');
    expect(facts.got).toContain(got);
    expect(facts.expected).toBeTruthy();
  });

  it('must be there for every class in train', async () => {
    const { 'train/ant/0.png': ant, ...files } = { ...images('train/', 1), ...images('test/', 1) };
    expect(ant).toBeDefined();
    expect((await factsOfAsync(() => open('folder', ...folder(files)))).got).toBe(
      'no images of ant',
    );
  });
});

describe('GTSRB', () => {
  const track = (id: number, t: number, frame: number): string =>
    `GTSRB/Final_Training/Images/${String(id).padStart(5, '0')}/${String(t).padStart(5, '0')}_${String(frame).padStart(5, '0')}.ppm`;
  const table = (rows: readonly string[]): Uint8Array =>
    text(`Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\r\n${rows.join('\r\n')}\r\n`);
  const ids = Array.from({ length: 43 }, (_, id) => id);
  const training: Record<string, Uint8Array> = {};
  for (const id of ids) {
    const rows: string[] = [];
    for (const t of [0, 1, 2]) {
      training[track(id, t, 0)] = ppm(40, 35, (at) => (id * 5 + at) % 256);
      rows.push(`0000${String(t)}_00000.ppm;40;35;5;5;30;30;${String(id)}`);
    }
    training[
      `GTSRB/Final_Training/Images/${String(id).padStart(5, '0')}/GT-${String(id).padStart(5, '0')}.csv`
    ] = table(rows);
  }
  const testing: Files = {
    'GTSRB/Final_Test/Images/00001.ppm': ppm(32, 32, () => 9),
    'GTSRB/Final_Test/Images/00000.ppm': ppm(32, 32, () => 4),
    'GTSRB/Final_Test/Images/GT-final_test.test.csv': text('Filename;Width\r\n00000.ppm;32\r\n'),
  };
  const truth: Files = {
    'GT-final_test.csv': table(['00000.ppm;32;32;5;5;27;27;16', '00001.ppm;32;32;5;5;27;27;1']),
  };
  const zips = (test = testing, gt = truth) => [
    file('GTSRB_Final_Training_Images.zip', zip(training)),
    file('GTSRB_Final_Test_Images.zip', zip(test)),
    file('GTSRB_Final_Test_GT.zip', zip(gt)),
  ];

  it.each([
    ['its three zips', zips()],
    ['its three zips in another order', zips().reverse()],
    ['what was unpacked', folder({ ...training, ...testing, ...truth })],
  ])('opens from %s', async (_, files) => {
    const { dataset, format, classNames } = await open('gtsrb', ...files);
    expect(dataset).toMatchObject({ id: 'gtsrb', classes: 43, trainCount: 129, testCount: 2 });
    expect(dataset.showcase[0]).toBe(14);
    expect([format, classNames[14]]).toEqual(['GTSRB, official images and tables', 'stop']);
    const { images: pixels, labels } = testOf(dataset);
    expect([...labels]).toEqual([16, 1]);
    expect([pixels[0], pixels[3072]]).toEqual([4, 9]);
    expect([...trainOf(dataset).labels]).toEqual(ids.flatMap((id) => [id, id, id]));
  });

  it('opens from folders by number with tables divided by commas', async () => {
    const png8 = png(1, 2, 3, 8);
    const numbered = ids.map((id) => [`Train/${String(id)}/${String(id)}_00000.png`, png8]);
    const files = {
      ...(Object.fromEntries(numbered) as Files),
      'Test/00000.png': png8,
      'Meta/0.png': png8,
      'Train.csv': text('Width,ClassId,Path\n8,0,Train/0/0_00000.png\n'),
      'Test.csv': text('Width,ClassId,Path\n8,16,Test/00000.png\n'),
    };
    const { dataset } = await open('gtsrb', ...folder(files));
    expect([dataset.trainCount, [...testOf(dataset).labels]]).toEqual([43, [16]]);
  });

  it('without test images holds out whole tracks', async () => {
    const frames: Record<string, Uint8Array> = {};
    for (const id of ids)
      for (const t of [0, 1, 2, 3, 4])
        for (const frame of [0, 1]) frames[track(id, t, frame)] = ppm(2, 2, () => t);
    const { dataset, notes } = await open('gtsrb', file('a.zip', zip(frames)));
    expect([dataset.trainCount, dataset.testCount]).toEqual([43 * 8, 43 * 2]);
    const { images: pixels } = testOf(dataset);
    for (const id of ids) expect(pixels[id * 2 * 3072]).toBe(pixels[(id * 2 + 1) * 3072]);
    expect(notes.join()).toContain('held out');
  });

  it.each<[string, SourceFile[], string]>([
    [
      'without the classes of the test images',
      zips(testing, { 'readme.txt': text('') }),
      'no table',
    ],
    ['with its test images alone', zips().slice(1), '2 test images and none in the folder of a'],
    [
      'with its test images alone and no table',
      zips().slice(1, 2),
      '2 test images and none in the folder of a class',
    ],
    [
      'with a class out of range',
      zips(testing, { 'GT-final_test.csv': table(['00000.ppm;1;1;1;1;1;1;43']) }),
      'ClassId "43"',
    ],
    [
      'with a test image missing',
      zips({ 'Final_Test/Images/00000.ppm': ppm(1, 1, () => 0) }),
      '1 images, 0 of them not listed',
    ],
    [
      'with a training image missing',
      folder(
        Object.fromEntries(Object.entries(training).filter(([path]) => path !== track(7, 1, 0))),
      ),
      '2 images',
    ],
    [
      'with a class missing',
      folder(
        Object.fromEntries(Object.entries(training).filter(([path]) => !path.includes('/00007/'))),
      ),
      '42 folders with images',
    ],
  ])('is refused %s', async (_, files, got) => {
    const facts = await factsOfAsync(() => open('gtsrb', ...files));
    expect(facts.code).toBe('badData');
    expect(facts.got).toContain(got);
  });
});

describe('while files are read', () => {
  const source = () => [
    file('a.zip', zip({ ...images('train/', 20), ...images('test/', 2) })),
    file('b.tar', tar(images('train/x', 5))),
  ];

  it('progress never goes back and ends at all bytes', async () => {
    const seen: number[] = [];
    let all = 0;
    await openDataset('folder', source().slice(0, 1), {
      hash,
      onProgress: (read, total) => {
        seen.push(read);
        all = total;
      },
    });
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(all);
    expect(all).toBe(source()[0]?.size);
  });

  it('a cancel ends it at the next file', async () => {
    const stop = new AbortController();
    let reads = 0;
    const onProgress = (): void => {
      if (++reads === 3) stop.abort();
    };
    const opening = () =>
      openDataset('folder', source(), { hash, onProgress, signal: stop.signal });
    expect((await factsOfAsync(opening)).code).toBe('cancelled');
    expect(reads).toBe(3);
  });

  it('a cancel ends it inside a tar.gz', async () => {
    const stop = new AbortController();
    const bytes = tarGz({ 'train.bin': zeros(3073 * 2000), 'test.bin': zeros(3073) });
    const slow: SourceFile = {
      ...memoryFile('a.tar.gz', bytes),
      read: (start, end) => {
        if (start === 0 && end > 512) stop.abort();
        return Promise.resolve(bytes.subarray(start, end));
      },
    };
    const opening = () => openDataset('cifar10', [slow], { hash, signal: stop.signal });
    expect((await factsOfAsync(opening)).code).toBe('cancelled');
  });
});
