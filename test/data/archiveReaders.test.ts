/** Zip, tar and gzip: what they hold, and that no input whatsoever gets out of hand. */
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { gunzip } from '../../src/data/archive/gunzip.ts';
import { Meter } from '../../src/data/archive/meter.ts';
import { walk } from '../../src/data/archive/walk.ts';
import { factsOfAsync } from '../support/facts.ts';
import { bytesOf, file, tar, tarGz, tarHeader, text, zeros, zip } from './archives.ts';

const LIMIT = 1 << 20;
const FILES = {
  'a.bin': Uint8Array.from({ length: 700 }, (_, i) => i % 256),
  'folder/b.txt': text('hello'),
  'folder/empty': zeros(0),
};

/** Everything that is read, as latin-1 text by path. */
async function contents(name: string, bytes: Uint8Array): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const entry of walk([file(name, bytes)], new Meter(bytes.length, {})))
    all[entry.path] = Buffer.from(await entry.bytes(LIMIT)).toString('latin1');
  return all;
}

const EXPECTED = Object.fromEntries(
  Object.entries(FILES).map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]),
);

describe.each([
  ['zip', zip(FILES)],
  ['tar', tar(FILES)],
  ['tar.gz', tarGz(FILES)],
])('a %s', (name, bytes) => {
  it('gives all its files, recognised by its bytes and not by its name', async () => {
    expect(await contents('some file', bytes)).toEqual(EXPECTED);
  });

  it('is refused at every truncation', async () => {
    for (let length = 1; length < bytes.length; length += name === 'tar' ? 7 : 1) {
      // A tar ends with its first empty block; what follows is padding.
      if (name === 'tar' && length >= bytes.length - 512) break;
      const cut = contents(name, bytes.subarray(0, length));
      const [outcome] = await Promise.allSettled([cut]);
      if (outcome.status === 'fulfilled')
        // Too short for a signature, the piece is a file of its own.
        expect([length, Object.keys(outcome.value)]).toEqual([Math.min(length, 511), [name]]);
      else expect(outcome.reason).toBeInstanceOf(FmpError);
    }
  });

  it('with any bytes changed gives its files or an FmpError', async () => {
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) copy[at] = value;
        await settle(name, copy);
      }),
      { numRuns: 300 },
    );
  });

  it('is passed over without reading what is not asked for', async () => {
    const paths: string[] = [];
    for await (const entry of walk([file(name, bytes)], new Meter(bytes.length, {})))
      paths.push(entry.path);
    expect(paths.sort()).toEqual(Object.keys(FILES).sort());
  });
});

/** Anything but contents or an FmpError fails the test. */
async function settle(name: string, bytes: Uint8Array): Promise<void> {
  const [outcome] = await Promise.allSettled([contents(name, bytes)]);
  if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(FmpError);
}

it('random bytes behind a signature give contents or an FmpError', async () => {
  const heads = [
    [0x50, 0x4b, 3, 4],
    [0x50, 0x4b, 5, 6],
    [0x1f, 0x8b, 8, 0],
    [...tarHeader('a', 9)],
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...heads),
      fc.uint8Array({ maxLength: 600 }),
      async (head, rest) => {
        await settle('x', bytesOf(head, rest));
      },
    ),
    { numRuns: 300 },
  );
});

describe('paths', () => {
  const stray = ['../a.png', 'x/../../a.png', '/etc/passwd', 'C:\\a.png', 'x\\..\\..\\a.png'];

  it.each(stray)('that leave the archive are refused: %s', async (path) => {
    for (const bytes of [zip({ [path]: text('x') }), tar({ [path]: text('x') })])
      expect(await factsOfAsync(() => contents('a', bytes))).toMatchObject({
        code: 'badData',
        got: JSON.stringify(path),
      });
  });

  it('of folders, hidden files, resource forks and links are left out', async () => {
    const files = {
      '__MACOSX/._a.png': text('x'),
      'x/.DS_Store': text('x'),
      './x/a.txt': text('y'),
      'x\\b.txt': text('z'),
    };
    const kept = { 'x/a.txt': 'y', 'x/b.txt': 'z' };
    expect(await contents('a', zip(files))).toEqual(kept);
    expect(await contents('a', tar(files))).toEqual(kept);
    expect(await contents('a', tar({ link: zeros(0) }, '2'))).toEqual({});
  });

  it('of hidden files are left out of a folder, too', async () => {
    const paths = ['a/._0.jpg', 'a/0.jpg', '.DS_Store', '__MACOSX/a/0.jpg', '.git/a.zip', 'a/b..c'];
    const files = paths.map((path) => file(path, text('x')));
    const kept: string[] = [];
    for await (const entry of walk(files, new Meter(0, {}))) kept.push(entry.path);
    expect(kept).toEqual(['a/0.jpg', 'a/b..c']);
  });

  it('may be long in a tar, by GNU and by pax', async () => {
    const long = `${'folder/'.repeat(20)}a.txt`;
    const pax = `${String(long.length + 10)} path=${long}\n`;
    for (const [type, note] of [
      ['L', `${long}\0`],
      ['x', pax],
    ] as const) {
      const header = tar({ note: text(note) }, type).subarray(0, -1024);
      const bytes = bytesOf(header, tar({ short: text('hi') }));
      expect(await contents('a', bytes)).toEqual({ [long]: 'hi' });
    }
  });
});

describe('names in a tar', () => {
  const name = 'Straße/日本.txt';
  const raw = Buffer.from(name).toString('latin1');

  it.each([
    ['the header', tar({ [raw]: text('hi') })],
    ['GNU', noted('L', `${raw}\0`)],
    ['pax', noted('x', `${String(raw.length + 9)} path=${raw}\n`)],
  ])('are UTF-8, by %s', async (_, bytes) => {
    expect(await contents('a', bytes)).toEqual({ [name]: 'hi' });
  });

  function noted(type: string, note: string): Uint8Array {
    const header = tar({ note: text(note) }, type).subarray(0, -1024);
    return bytesOf(header, tar({ short: text('hi') }));
  }
});

describe('sizes', () => {
  it('that a tar declares are not allocated', async () => {
    const bytes = bytesOf(tarHeader('a.bin', 2 ** 32), zeros(100));
    const read = async (): Promise<void> => {
      for await (const entry of walk([file('a.tar', bytes)], new Meter(0, {})))
        await entry.bytes(2 ** 33);
    };
    expect(await factsOfAsync(read)).toMatchObject({
      ...{ field: 'a.tar, a.bin', got: '100 bytes', expected: '4,294,967,296 bytes' },
    });
    expect((await factsOfAsync(() => contents('a.tar', bytes))).expected).toContain('at most');
  });

  it('that a zip declares are not believed', async () => {
    const bytes = zip({ 'a.bin': zeros(200_000) });
    const view = new DataView(bytes.buffer);
    const entry = findEntry(bytes);
    view.setUint32(entry + 24, 1000, true);
    const less = await factsOfAsync(() => contents('a.zip', bytes));
    expect(less).toMatchObject({ code: 'badData', field: 'a.zip, a.bin' });
    expect(less.got).toContain('more than 1000 bytes');
    view.setUint32(entry + 24, 300_000, true);
    expect(await factsOfAsync(() => contents('a.zip', bytes))).toMatchObject({
      ...{ got: '200,000 bytes', expected: '300,000 bytes' },
    });
    view.setUint32(entry + 24, 2 ** 32 - 1, true);
    expect((await factsOfAsync(() => contents('a.zip', bytes))).expected).toContain('at most');
  });

  it('of a zip bomb whose entries share their data are refused', async () => {
    const bytes = zip({ 'a.bin': zeros(100_000), 'b.bin': zeros(100_000) });
    const view = new DataView(bytes.buffer);
    const first = findEntry(bytes);
    const second = findEntry(bytes, first + 4);
    view.setUint32(second + 42, view.getUint32(first + 42, true), true);
    expect((await factsOfAsync(() => contents('a.zip', bytes))).got).toContain('next file');
  });

  it('of a gzip bomb end at the limit', async () => {
    const bytes = new Uint8Array(gzipSync(zeros(50_000_000)));
    const read = async (): Promise<void> => {
      const pieces = (async function* () {
        yield await Promise.resolve(bytes);
      })();
      for await (const piece of gunzip('a.gz', pieces, 1_000_000))
        expect(piece.length).toBeLessThan(1_000_000);
    };
    expect((await factsOfAsync(read)).got).toContain('more than 1,000,000 bytes');
  });
});

it('an encrypted zip and a zip64 say what to do', async () => {
  const locked = zip({ 'a.bin': text('x') });
  new DataView(locked.buffer).setUint16(findEntry(locked) + 8, 1, true);
  expect((await factsOfAsync(() => contents('a.zip', locked))).remedy).toContain('password');
  const large = zip({ 'a.bin': text('x') });
  new DataView(large.buffer).setUint16(large.length - 12, 0xffff, true);
  expect((await factsOfAsync(() => contents('a.zip', large))).remedy).toContain('unpack');
});

it('a file whose checksum is wrong is refused', async () => {
  const bytes = zip({ 'a.bin': text('stored as it is') });
  const at = findEntry(bytes);
  new DataView(bytes.buffer).setUint32(at + 16, 1, true);
  expect((await factsOfAsync(() => contents('a.zip', bytes))).got).toContain('checksum');
});

/** Where the directory's next entry begins. */
function findEntry(bytes: Uint8Array, from = 0): number {
  return Buffer.from(bytes).indexOf('PK\x01\x02', from, 'latin1');
}
