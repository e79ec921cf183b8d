/** `fmp data` on small files, as the shell would call it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { OFFICIAL_FILES } from '../../src/data/readers/officialFiles.ts';
import { FakeTerminal } from '../cli/terminal.ts';
import { hash, png, records, zip } from './archives.ts';

const dir = mkdtempSync(join(tmpdir(), 'fmp-data-'));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};

async function fmp(...args: string[]) {
  const terminal = new FakeTerminal();
  const status = await main(['data', ...args], terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const train = put('train.bin', records([[3], [3], [9]]));
const test = put('test.bin', records([[1]]));
const images = zip({
  'train/cat/1.png': png(1, 2, 3),
  'train/dog/1.png': png(1, 2, 3),
  'test/cat/1.png': png(1, 2, 3),
});

describe('fmp data', () => {
  it('prints what was recognised, sizes, SHA-256 and counts per class', async () => {
    const { status, stdout, stderr } = await fmp('cifar10', train, test);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain("files in CIFAR's binary layout\n");
    expect(stdout).toContain('train.bin  9,219 bytes  sha256 ');
    expect(stdout).toContain('3 training and 1 test images, 10 classes\n');
    expect(stdout).toMatch(/^ +3 +cat +2 +0$/m);
    expect(stdout).toMatch(/^ +1 +automobile +0 +1$/m);
  });

  it('prints the same as JSON', async () => {
    const bytes = records([[3], [3], [9]]);
    const { status, stdout } = await fmp('cifar10', train, test, '--json');
    expect(status).toBe(0);
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      ...{ name: 'cifar10', trainCount: 3, testCount: 1, notes: [] },
      files: [{ path: 'train.bin', bytes: 9219, sha256: await hash(bytes) }, { bytes: 3073 }],
    });
    expect(report).toHaveProperty('classes.3', { name: 'cat', train: 2, test: 0 });
  });

  it('refuses the images of a BackdoorBench result, given as a folder of their own', async () => {
    const inside = join(dir, 'bd_test_dataset', '1');
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, '4.png'), png(1, 2, 3));
    for (const path of [join(dir, 'bd_test_dataset'), inside]) {
      const { status, stderr } = await fmp('folder', path);
      expect(status).toBe(2);
      expect(stderr).toMatch(/whose images hold triggers/);
    }
  });

  it('says where a file is not the official one of its name', async () => {
    const path = put('GTSRB_Final_Test_GT.zip', images);
    const { stdout } = await fmp('folder', path);
    expect(stdout).toContain('NOT the official file of that name');
  });

  it.each(['README.md', 'docs/data.md'])('knows the checksums of %s', (page) => {
    const rows = readFileSync(page, 'utf8').matchAll(/^\| `([^`]+)` .*\| `([0-9a-f]{32})` \|$/gm);
    expect(Array.from(rows, ([, name, md5]) => [name, md5])).toEqual(
      OFFICIAL_FILES.map(({ file, md5 }) => [file, md5]),
    );
  });

  it('takes a whole folder and follows its subfolders', async () => {
    for (const name of ['cat', 'dog']) {
      mkdirSync(join(dir, 'pets', name), { recursive: true });
      for (const file of ['1.png', '2.png']) put(join('pets', name, file), png(9, 9, 9, 8));
    }
    const { status, stdout } = await fmp('folder', join(dir, 'pets'));
    expect(status).toBe(0);
    expect(stdout).toContain('note: there is no test part');
    expect(stdout).toMatch(/^ +1 +dog +1 +1$/m);
  });

  it.each([
    ['a missing file', ['cifar10', join(dir, 'nope')], 'cannot be read'],
    ['a truncated zip', ['folder', put('cut.zip', images.subarray(0, 300))], 'incomplete'],
    ['an unknown name', ['cifar', train], 'the nearest is cifar10'],
    ['no name', [], 'expected: one of cifar10'],
    ['no path', ['cifar10'], 'no path given'],
    ['an unknown option', ['cifar10', train, '--jsn'], '--json'],
    ['a wrong data set', ['cifar100', train, test], 'as in CIFAR-10'],
  ])('answers %s with one line on stderr and exit 2', async (_, args, says) => {
    const { status, stdout, stderr } = await fmp(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^fmp: [^\n]+\n$/);
    expect(stderr).toContain(says);
  });

  it('can be cancelled', async () => {
    const terminal = new FakeTerminal();
    const running = main(['data', 'cifar10', train, test], terminal);
    terminal.interrupt();
    expect(await running).toBe(130);
    expect(terminal.stdout).toBe('');
  });
});
