import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FmpError } from '../../core/errors.ts';
import { describeArchitecture } from '../../core/network/architecture.ts';
import { findCompanions, RESULT_NAMES } from '../../formats/backdoorBench/recordFiles.ts';
import { type Checkpoint, openCheckpoint, openTensors } from '../../formats/checkpoint/open.ts';
import { printable } from '../../formats/torch/fileError.ts';
import { describeOptions, parseOptions, type Option } from '../args.ts';
import { counted } from '../format.ts';
import { readRecord } from '../recordFolder.ts';
import type { Command } from './command.ts';

const OPTIONS: readonly Option[] = [
  { name: 'record', value: 'PATH', help: 'BackdoorBench record folder, or a zip of it' },
  { name: 'json', value: null, help: 'print JSON' },
];
/** Larger than any network that is known here; Node reads no more than 2 GiB at once. */
const MAX_BYTES = 2 ** 30;
const LABEL = 14;
const MAX_TEXT = 160;

/** `fmp inspect`: what a checkpoint from outside is, and what it does not say. */
export const inspect: Command = {
  name: 'inspect',
  summary: 'show what a checkpoint holds: network, tensors, classes, what is missing',
  help: `Usage: fmp inspect FILE [options]

FILE is a .safetensors file, a PyTorch .pt or .pth (no code in it is run), or BackdoorBench's
attack_result.pt or defense_result.pt, also as its record folder or a zip of it. The tensors are listed
also where the network is not known.

${describeOptions(OPTIONS)}`,
  run(args, { terminal }) {
    const [path, ...rest] = args;
    if (path === undefined || path.startsWith('-'))
      throw new FmpError('no file given', {
        ...{ code: 'badInput', field: 'FILE', expected: 'the path of a checkpoint, first' },
        remedy: 'give it like this: fmp inspect FILE',
      });
    const given = parseOptions('inspect', rest, OPTIONS);
    const file = checkpointAt(path);
    const companions = readRecord(file, given.get('record') ?? null);
    const bytes = readFileSync(file);
    const summary = attempt(() =>
      summarise(basename(file), openCheckpoint(bytes, file, companions)),
    );
    if (summary instanceof FmpError) {
      const tensors = attempt(() => listed(openTensors(bytes, file)));
      // What is in it helps where only the network is not known.
      if (!(tensors instanceof FmpError))
        terminal.out(given.has('json') ? json({ tensors }) : `${table(tensors).join('\n')}\n`);
      throw summary;
    }
    terminal.out(given.has('json') ? json(summary) : render(summary));
    return Promise.resolve(0);
  },
};

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function attempt<T>(action: () => T): T | FmpError {
  try {
    return action();
  } catch (error) {
    if (error instanceof FmpError) return error;
    throw error;
  }
}

/** The file itself, or the one result in BackdoorBench's record folder. */
function checkpointAt(path: string): string {
  const inside = RESULT_NAMES.map((name) => join(path, name)).filter((file) => existsSync(file));
  const [file = path, other] = inside;
  checkFile(other === undefined ? file : path);
  return file;
}

function checkFile(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  const bad = (got: string, expected: string): FmpError =>
    new FmpError('the checkpoint cannot be read', {
      ...{ code: 'badInput', field: path, got, expected, remedy: 'check the path' },
    });
  if (stat === undefined) throw bad('no such file', 'a checkpoint');
  if (!stat.isFile())
    throw bad('a folder', `a file, or a folder with one of ${RESULT_NAMES.join(', ')}`);
  if (stat.size > MAX_BYTES) throw bad(`${stat.size} bytes`, `at most ${MAX_BYTES}`);
}

type Summary = ReturnType<typeof summarise>;
type Listed = readonly {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}[];

function summarise(file: string, checkpoint: Checkpoint) {
  const { kind, plan, tensors, stateDict, metadata, backdoorBench, missing, guess } = checkpoint;
  const values = (names: Iterable<string>): number =>
    [...names].reduce((sum, name) => sum + (tensors.get(name)?.data.length ?? 0), 0);
  const parameters = [...stateDict.keys()].filter((name) => !name.includes('.running_'));
  return {
    ...{ file, kind, architecture: plan.architecture, featureMaps: plan.maps },
    parameters: values(parameters),
    metadata: Object.fromEntries(metadata),
    triggered: describeTriggered(checkpoint),
    ...(backdoorBench === null ? {} : { modelName: backdoorBench.modelName }),
    ...{ guess, missing },
    tensors: listed(tensors),
  };
}

const listed = (tensors: Checkpoint['tensors']): Listed =>
  Array.from(tensors, ([name, { shape, dtype }]) => ({ name, shape, dtype }));

/** The triggered test images that the file has or names; null without any. */
function describeTriggered({ backdoorBench, companions }: Checkpoint) {
  const set = backdoorBench?.bdTest ?? null;
  if (set === null) return null;
  const find = findCompanions(companions);
  const there = set.images.filter(
    (image) => image.kind === 'pixels' || find(image.path) !== undefined,
  );
  return {
    images: set.images.length,
    imagesThere: there.length,
    targets: [...new Set(set.labels)].sort((a, b) => a - b),
  };
}

function render(summary: Summary): string {
  const { triggered, guess, missing, architecture, tensors } = summary;
  const facts: (readonly [label: string, text: string])[] = [
    ['kind', summary.kind],
    ['architecture', describeArchitecture(architecture)],
    ['feature maps', String(summary.featureMaps)],
    ['parameters', `${String(summary.parameters)} in ${counted(tensors.length, 'tensor')}`],
    ['classes', `${architecture.classes}${guess.dataset === null ? '' : `, as ${guess.dataset}`}`],
    ...Object.entries(summary.metadata).map(
      ([key, value]) => ['metadata', `${key} ${value}`] as const,
    ),
  ];
  if (triggered !== null)
    facts.push([
      'triggered',
      `${counted(triggered.images, 'image')}, ${triggered.imagesThere} there, ` +
        `class wanted ${triggered.targets.join(', ')}`,
    ]);
  for (const { fact, suggestion, because } of missing)
    facts.push(['missing', `${fact}; suggested: ${suggestion ?? 'nothing'} (${because})`]);
  return [
    printable(summary.file, MAX_TEXT),
    ...facts.map(([label, text]) => `${label.padEnd(LABEL)}${printable(text, MAX_TEXT)}`),
    '',
    ...table(tensors),
    '',
  ].join('\n');
}

/** Name, shape and type of each tensor, in columns. */
function table(tensors: Listed): string[] {
  const rows = tensors.map(({ name, shape, dtype }) => [name, `[${shape.join(', ')}]`, dtype]);
  const widths = [0, 1].map((at) =>
    rows.reduce((most, row) => Math.max(most, (row[at] ?? '').length), 0),
  );
  return rows.map((row) =>
    row.map((cell, at) => printable(cell, MAX_TEXT).padEnd(widths[at] ?? 0)).join('  '),
  );
}
