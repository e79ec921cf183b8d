/** The official CIFAR archives, rebuilt in their full size with made-up pixels. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { readCifarPython, readPythonNames } from '../../src/data/readers/cifarPython.ts';
import { openDataset } from '../../src/data/readers/openDataset.ts';
import { unpickle } from '../../src/data/readers/pickle.ts';
import { factsOf, factsOfAsync } from '../support/facts.ts';
import {
  bytesOf,
  type Files,
  file,
  hash,
  pickledBatch,
  planarValue,
  pythonBatch,
  pythonNames,
  records,
  tar,
  tarGz,
  text,
  zeros,
} from './archives.ts';

/** Each archive is 184 MB, perhaps on a busy machine. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const NAMES = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');
const cycle = (count: number, classes: number): number[] =>
  Array.from({ length: count }, (_, i) => i % classes);
const batches = [1, 2, 3, 4, 5].map((n) => `cifar-10-batches-bin/data_batch_${String(n)}.bin`);

/** Pixel 5, green, of the third record of a batch built here. */
const GREEN = planarValue(2, 1024 + 5);

describe('CIFAR-10, binary version', () => {
  const batch = records(cycle(10_000, 10).map((label) => [label]));
  const files: Files = {
    'cifar-10-batches-bin/batches.meta.txt': text(`${NAMES.join('\n')}\n\n`),
    ...Object.fromEntries(batches.map((path) => [path, batch])),
    'cifar-10-batches-bin/readme.html': text('<html>'),
    'cifar-10-batches-bin/test_batch.bin': batch,
  };
  const open = (bytes: Uint8Array) => openDataset('cifar10', [file('c.tar.gz', bytes)], { hash });

  it('opens from its tar.gz', async () => {
    const { dataset, classNames, format } = await open(tarGz(files));
    expect(format).toBe('CIFAR-10 archive, binary version');
    expect(classNames).toEqual(NAMES);
    expect(dataset).toMatchObject({ trainCount: 50_000, testCount: 10_000, mirrors: true });
    const { images, labels } = dataset.train(Int32Array.of(10_002, 49_999));
    expect([...labels]).toEqual([2, 9]);
    expect(images[5 * 3 + 1]).toBe(GREEN);
    expect([...dataset.test(Int32Array.of(3)).labels]).toEqual([3]);
  });

  it('is refused with a batch cut short, what was found and what was expected', async () => {
    const short = { ...files, [batches[2] ?? '']: batch.subarray(0, 8213 * 3073) };
    expect(await factsOfAsync(() => open(tar(short)))).toMatchObject({
      ...{ code: 'badData', field: 'cifar-10-batches-bin/data_batch_3.bin' },
      got: '8,213 records (25,238,549 bytes)',
      expected: '10,000 records (30,730,000 bytes)',
    });
  });

  it('is used as far as it is there, and says which batches are missing', async () => {
    const of = (...paths: readonly string[]) =>
      openDataset(
        'cifar10',
        paths.map((path) => file(path, batch)),
        { hash },
      );
    const most = await of('data_batch_1.bin', 'data_batch_4.bin', 'test_batch.bin');
    expect(most.dataset).toMatchObject({ trainCount: 20_000, testCount: 10_000 });
    const missing = 'of the files of CIFAR-10, not there: ';
    expect(most.notes).toEqual([`${missing}data_batch_2, data_batch_3, data_batch_5`]);
    const test = await of('test_batch.bin');
    expect(test.dataset).toMatchObject({ trainCount: 8000, testCount: 2000 });
    expect(test.notes[0]).toContain(`${missing}data_batch_1, `);
    expect(test.notes[1]).toContain('no training part');
    expect(test.classNames).toEqual(NAMES);
    const train = await of('data_batch_2.bin');
    expect(train.dataset).toMatchObject({ trainCount: 8000, testCount: 2000 });
    expect(train.notes[1]).toContain('no test part');
  });

  it('is refused with a batch twice, and as another data set', async () => {
    const twice = ['a/test_batch.bin', 'b/test_batch.bin'].map((path) => file(path, batch));
    expect(await factsOfAsync(() => openDataset('cifar10', twice, { hash }))).toMatchObject({
      ...{ got: 'a/test_batch.bin and b/test_batch.bin', expected: 'test_batch once' },
    });
    const other = () => openDataset('cifar100', [file('c.tar', tar(files))], { hash });
    expect(await factsOfAsync(other)).toMatchObject({
      got: 'the CIFAR-10 archive, binary version',
      remedy: 'open it as cifar10, or choose the file of cifar100',
    });
  });
});

describe('CIFAR-100, python version', () => {
  let bytes = zeros(0);
  beforeAll(() => {
    bytes = tar({
      'cifar-100-python/file.txt~': zeros(0),
      'cifar-100-python/train': pythonBatch(cycle(50_000, 100), 'fine_labels'),
      'cifar-100-python/test': pythonBatch(cycle(10_000, 100), 'fine_labels'),
      'cifar-100-python/meta': pythonNames(
        cycle(100, 100).map((id) => `name ${String(id)}`),
        'fine_label_names',
      ),
    });
  });

  it('opens with its fine labels and names', async () => {
    const { dataset, classNames, format } = await openDataset('cifar100', [file('c', bytes)], {
      hash,
    });
    expect([format, classNames[99]]).toEqual(['CIFAR-100 archive, python version', 'name 99']);
    expect(dataset).toMatchObject({ trainCount: 50_000, testCount: 10_000, mirrors: false });
    const { images, labels } = dataset.train(Int32Array.of(2, 49_999));
    expect([...labels]).toEqual([2, 99]);
    expect(images[5 * 3 + 1]).toBe(GREEN);
  });

  it('opens without its folder, by what is in its files', async () => {
    const bare = ['test', 'meta'].map((path) =>
      file(path, path === 'test' ? pythonBatch(cycle(10_000, 100), 'fine_labels') : text('x')),
    );
    const { dataset, notes } = await openDataset('cifar100', bare, { hash });
    expect(dataset.trainCount + dataset.testCount).toBe(10_000);
    expect(notes[0]).toBe('of the files of CIFAR-100, not there: train');
    const other = () => openDataset('gtsrb', bare, { hash });
    expect((await factsOfAsync(other)).got).toBe('the CIFAR-100 archive, python version');
  });

  it('is refused as CIFAR-10 before its first batch is read', async () => {
    let read = 0;
    const opening = () =>
      openDataset('cifar10', [file('c', bytes)], { hash, onProgress: (done) => (read = done) });
    expect((await factsOfAsync(opening)).got).toBe('the CIFAR-100 archive, python version');
    expect(read).toBeLessThan(2 ** 21);
  });
});

describe('a python batch', () => {
  const whole = pythonBatch([3, 0, 9]);
  const read = (bytes: Uint8Array, classes = 10, count = 3) =>
    readCifarPython('data_batch_1', bytes, classes, count);

  it('gives its images, stored by rows or by columns', () => {
    const rows = read(whole).read(Int32Array.of(2, 0));
    expect([...rows.labels]).toEqual([9, 3]);
    expect(rows.images[5 * 3 + 1]).toBe(GREEN);
    const columns = zeros(3 * 3072).map((_, i) => planarValue(i % 3, Math.floor(i / 3)));
    // The flag before the pixels: NEWFALSE becomes NEWTRUE.
    const bytes = pickledBatch([3, 0, 9], columns, 3);
    bytes[Buffer.from(bytes).indexOf('tb\x89T', 0, 'latin1') + 2] = 0x88;
    expect(read(bytes).read(Int32Array.of(2, 0))).toEqual(rows);
  });

  it.each<[string, Uint8Array, string]>([
    ['fewer images', pythonBatch([1, 2]), '2 images and 2 labels'],
    ['fewer labels', pickledBatch([1, 2], zeros(3 * 3072), 3), '3 images and 2 labels'],
    ['fewer pixels', pickledBatch([1, 2, 3], zeros(2 * 3072), 3), 'no such array'],
    ['a label out of range', pythonBatch([1, 2, 10]), 'label 10'],
    ['no labels', pythonBatch([1, 2, 3], 'label'), 'no labels'],
    ['something else', text('\x80\x02K\x01.'), 'a pickle of something else'],
  ])('is refused with %s', (_, bytes, got) => {
    const facts = factsOf(() => read(bytes));
    expect(facts.code).toBe('badData');
    expect(facts.got).toContain(got);
  });

  it('is refused at every truncation', () => {
    for (let length = 0; length < whole.length; length += length > 400 && length < 9000 ? 97 : 1)
      expect(factsOf(() => read(whole.subarray(0, length))).code).toBe('badData');
  });

  it('calls nothing: a name that is not numpy’s is refused', () => {
    const call = bytesOf('\x80\x02cos\nsystem\nU\x07echo hi\x85R.');
    expect(factsOf(() => read(call)).got).toContain('the name "os system"');
    const array = bytesOf('\x80\x02cnumpy\nndarray\n)R.');
    expect(factsOf(() => read(array)).got).toContain('a call of numpy ndarray');
  });

  it('allocates nothing by a declared size', () => {
    const huge = bytesOf('\x80\x02T', [255, 255, 255, 255], 'abc.');
    expect(factsOf(() => read(huge)).got).toContain('an end after');
  });

  it('makes no more values than a batch has, and no text again and again', () => {
    const dicts = new Uint8Array(300_000).fill('}'.charCodeAt(0));
    expect(factsOf(() => read(bytesOf('\x80\x02', dicts, '.'))).got).toContain('opcodes');
    const key = bytesOf('\x80\x02}T', [0, 1 << 4, 0, 0], zeros(1 << 12), 'q\x00K\x01s.');
    expect(factsOf(() => read(key)).got).toContain('a text of more than 256 bytes');
    const name = bytesOf('\x80\x02}U\x0blabel_names](T', [0, 1 << 4, 0, 0], zeros(1 << 12), 'es.');
    expect(factsOf(() => readPythonNames('batches.meta', name)).got).toContain('256 bytes');
  });

  it('with any bytes changed gives images or an FmpError', () => {
    const edits = fc.array(fc.tuple(fc.nat(260), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, (changes) => {
        const copy = whole.slice();
        for (const [at, value] of changes) copy[at] = value;
        settle(copy);
      }),
      { numRuns: 2000 },
    );
  });

  it('of random opcodes gives images or an FmpError', () => {
    const opcodes = [...text('\x80}](qrhjt\x85\x86\x87aesuc)RbN\x88\x89KMJUTX\x8a.')];
    const byte = fc.oneof(fc.constantFrom(...opcodes), fc.nat(4), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 120 }), (bytes) => {
        settle(Uint8Array.from(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('knows numbers of all lengths', () => {
    const numbers = bytesOf(
      '\x80\x02](K\x07M\x01\x02J\xfe\xff\xff\xff\x8a\x02\x00\x80\x8a\x01\x7fe.',
    );
    expect(unpickle(numbers)).toEqual([7, 513, -2, -32768, 127]);
  });

  /** Anything but images or an FmpError fails the test. */
  function settle(bytes: Uint8Array): void {
    try {
      expect(read(bytes).count).toBe(3);
    } catch (error) {
      if (!(error instanceof FmpError)) throw error;
    }
  }
});
