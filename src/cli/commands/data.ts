import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { FmpError, toWire } from '../../core/errors.ts';
import { grouped } from '../../data/archive/badData.ts';
import type { Abort } from '../../data/archive/meter.ts';
import { openPath } from '../../data/archive/nodeSource.ts';
import type { SourceFile } from '../../data/archive/source.ts';
import { DATASET_NAMES, type DatasetName } from '../../data/readers/about.ts';
import { labelCounts } from '../../data/readers/labelCounts.ts';
import { officialFile } from '../../data/readers/officialFiles.ts';
import { openDataset } from '../../data/readers/openDataset.ts';
import { sha256 } from '../../formats/sha256.ts';
import { describeOptions, parseOptions, type Option } from '../args.ts';
import { refuseResultFolder } from '../dataFiles.ts';
import { nearest } from '../nearest.ts';
import { shownReading } from '../reading.ts';
import { INTERRUPTED, type Terminal } from '../terminal.ts';
import type { Command } from './command.ts';

const OPTIONS: readonly Option[] = [
  { name: 'json', value: null, help: 'print the result as JSON' },
];
/** A folder of images is not hashed file by file. */
const MAX_HASHED = 8;
const PIECE = 1 << 22;

/** `fmp data`: whether a file or folder of images can be used, and what is in it. */
export const data: Command = {
  name: 'data',
  summary: 'check a data set that you bring and count its images',
  help: `Usage: fmp data NAME PATH... [options]

NAME is ${DATASET_NAMES.join(', ')}; PATH an archive, several, or a folder.
docs/data.md lists what is accepted and where the official files are.

${describeOptions(OPTIONS)}
Exit status: 0 the data can be used, 2 it cannot, 130 cancelled.
`,
  async run(args, { terminal }) {
    const given = parseOptions(
      'data',
      args.filter((argument) => argument.startsWith('-')),
      OPTIONS,
    );
    const [word, ...paths] = args.filter((argument) => !argument.startsWith('-'));
    const name = nameOf(word);
    if (paths.length === 0) throw bad('no path given', 'PATH', 'an archive or a folder');
    const stop = new AbortController();
    const release = terminal.onInterrupt(() => {
      stop.abort();
    });
    try {
      const report = await check(name, paths, stop.signal, terminal);
      terminal.out(given.has('json') ? `${JSON.stringify(report, null, 2)}\n` : render(report));
      return 0;
    } catch (error) {
      if (toWire(error).code !== 'cancelled') throw error;
      terminal.err('fmp: cancelled\n');
      return INTERRUPTED;
    } finally {
      release();
    }
  },
};

interface FileReport {
  readonly path: string;
  readonly bytes: number;
  readonly sha256?: string;
  /** Whether it is the official file of that name; absent where none is known. */
  readonly official?: boolean;
}

interface Report {
  readonly name: DatasetName;
  readonly format: string;
  readonly notes: readonly string[];
  readonly files: readonly FileReport[];
  readonly trainCount: number;
  readonly testCount: number;
  readonly classes: readonly {
    readonly name: string;
    readonly train: number;
    readonly test: number;
  }[];
}

async function check(
  name: DatasetName,
  paths: readonly string[],
  signal: Abort,
  terminal: Terminal,
): Promise<Report> {
  paths.forEach(refuseResultFolder);
  const files = (await Promise.all(paths.map((path) => openPath(fs, path)))).flat();
  const opened = await shownReading(terminal, (onProgress) =>
    openDataset(name, files, { signal, onProgress, hash: sha256 }),
  );
  const listed = files.length > MAX_HASHED ? [] : files;
  const hashed: FileReport[] = [];
  for (const file of listed) hashed.push(await describeFile(file));
  const { dataset, classNames, format, notes } = opened;
  const counts = labelCounts(dataset);
  return {
    ...{ name, format, notes },
    files:
      hashed.length > 0
        ? hashed
        : [{ path: paths.join(', '), bytes: files.reduce((sum, { size }) => sum + size, 0) }],
    ...{ trainCount: dataset.trainCount, testCount: dataset.testCount },
    classes: classNames.map((className, id) => ({
      name: className,
      ...{ train: counts.train[id] ?? 0, test: counts.test[id] ?? 0 },
    })),
  };
}

async function describeFile(file: SourceFile): Promise<FileReport> {
  const [sha, md5] = [createHash('sha256'), createHash('md5')];
  for (let start = 0; start < file.size; start += PIECE) {
    const piece = await file.read(start, start + PIECE);
    sha.update(piece);
    md5.update(piece);
  }
  const known = officialFile(file.path);
  return {
    ...{ path: file.path, bytes: file.size, sha256: sha.digest('hex') },
    ...(known === undefined ? {} : { official: known.md5 === md5.digest('hex') }),
  };
}

function render({ format, notes, files, trainCount, testCount, classes }: Report): string {
  const width = Math.max(...classes.map(({ name }) => name.length));
  return [
    format,
    ...files.map(({ path, bytes, sha256: hash, official }) =>
      [
        `${plain(path)}  ${grouped(bytes)} bytes`,
        ...(hash === undefined ? [] : [`sha256 ${hash}`]),
        ...(official === undefined
          ? []
          : [official ? 'the official file' : 'NOT the official file of that name']),
      ].join('  '),
    ),
    ...notes.map((note) => `note: ${note}`),
    `${grouped(trainCount)} training and ${grouped(testCount)} test images, ${classes.length} classes`,
    `      ${'class'.padEnd(width)}${'train'.padStart(9)}${'test'.padStart(9)}`,
    ...classes.map(
      (row, id) =>
        `${`${id}`.padStart(4)}  ${plain(row.name).padEnd(width)}` +
        `${grouped(row.train).padStart(9)}${grouped(row.test).padStart(9)}`,
    ),
    '',
  ].join('\n');
}

// Names in an archive that somebody made may hold what a terminal obeys.
const plain = (name: string): string => name.replaceAll(/\p{Cc}/gu, '·');

function nameOf(word: string | undefined): DatasetName {
  const name = DATASET_NAMES.find((known) => known === word);
  if (name !== undefined) return name;
  const expected = `one of ${DATASET_NAMES.join(', ')}`;
  if (word === undefined) throw bad('no data set given', 'NAME', expected);
  throw bad('unknown data set', word, expected, `the nearest is ${nearest(word, DATASET_NAMES)}`);
}

function bad(message: string, field: string, expected: string, remedy?: string): FmpError {
  return new FmpError(message, {
    ...{ code: 'badInput', field, expected },
    remedy: remedy ?? 'for example: fmp data cifar10 cifar-10-binary.tar.gz',
  });
}
