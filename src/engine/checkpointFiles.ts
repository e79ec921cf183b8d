/** From the files that a user gave to a checkpoint, and what is said of it before it is used. */
import type { CheckpointInfo, DataFile, OnRead } from '../bridge/own.ts';
import { FmpError } from '../core/errors.ts';
import { describeArchitecture } from '../core/network/architecture.ts';
import { Meter, type Abort } from '../data/archive/meter.ts';
import { type Checkpoint, openCheckpoint } from '../formats/checkpoint/open.ts';
import { findCompanions, isResult } from '../formats/backdoorBench/recordFiles.ts';
import type { TriggeredSet } from '../formats/backdoorBench/triggeredSet.ts';

/** A checkpoint and the file that it came from. */
export interface HeldCheckpoint {
  /** The file's, without folders. */
  readonly name: string;
  readonly bytes: number;
  readonly checkpoint: Checkpoint;
  /** Triggered test images that are there. */
  readonly triggered: TriggeredSet | null;
}

/** More than any network that is known here. */
const MAX_BYTES = 2 ** 30;
const MAX_IMAGES = 100_000;
const MAX_IMAGE_BYTES = 2 ** 22;
/** Bytes read before cancelling is looked at again. */
const PIECE = 2 ** 24;
const WEIGHTS = /\.(?:safetensors|pt|pth|ckpt|bin|th|tar)$/i;
const IMAGE = /\.png$/i;
/** A record folder has the triggered training images, too: nothing here needs them. */
const UNUSED = /(?:^|\/)bd_train_dataset\//;

/**
 * Reads one file of weights with what came beside it: PNGs of a record folder, or a zip of them.
 * @throws FmpError badInput when it is not clear which file is meant; badModel; cancelled
 */
export async function readCheckpoint(
  files: readonly DataFile[],
  signal: Abort,
  onProgress: OnRead = () => undefined,
): Promise<HeldCheckpoint> {
  const main = mainFile(files);
  const beside = files.filter(
    ({ path }) => path !== main.path && /\.(?:png|zip)$/i.test(path) && !UNUSED.test(path),
  );
  const images = beside.filter(({ path }) => IMAGE.test(path));
  if (images.length > MAX_IMAGES) throw tooLarge('images', `${String(images.length)} PNGs`);
  for (const { path, blob } of [main, ...beside])
    if (blob.size > (IMAGE.test(path) ? MAX_IMAGE_BYTES : MAX_BYTES))
      throw tooLarge(path, `${String(blob.size)} bytes`);
  const total = [main, ...beside].reduce((sum, { blob }) => sum + blob.size, 0);
  if (total > MAX_BYTES) throw tooLarge('files', `${String(total)} bytes in all`);
  const meter = new Meter(total, { signal, onProgress });
  const bytes = await readAll(main, meter);
  const companions = new Map<string, Uint8Array>();
  for (const file of beside) companions.set(file.path, await readAll(file, meter));
  const name = main.path.slice(main.path.lastIndexOf('/') + 1);
  const checkpoint = openCheckpoint(bytes, name, companions);
  return { name, bytes: bytes.length, checkpoint, triggered: triggeredThere(checkpoint) };
}

/** What is shown and asked before the checkpoint is used. */
export function describeCheckpoint({
  name,
  checkpoint,
  triggered,
}: HeldCheckpoint): CheckpointInfo {
  const { format, kind, plan, tensors, metadata, guess, missing } = checkpoint;
  return {
    ...{ name, format, kind, plan, guess },
    architecture: describeArchitecture(plan.architecture),
    classes: plan.architecture.classes,
    tensors: Array.from(tensors, ([tensor, { shape, dtype }]) => ({ name: tensor, shape, dtype })),
    metadata: Object.fromEntries(metadata),
    missing: missing.map(({ fact }) => fact),
    triggered: triggered?.images.length ?? 0,
  };
}

/** The one file of weights: BackdoorBench's result, a file named like weights, or the only one. */
function mainFile(files: readonly DataFile[]): DataFile {
  const others = files.filter(({ path }) => !IMAGE.test(path));
  const choices = [
    others.filter(({ path }) => isResult(path)),
    others.filter(({ path }) => WEIGHTS.test(path)),
    others,
  ];
  const found = choices.find((choice) => choice.length > 0) ?? [];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new FmpError(
    found.length === 0 ? 'there is no checkpoint among the files' : 'which file is the checkpoint?',
    {
      ...{ code: 'badInput', field: 'checkpoint' },
      got: found.length === 0 ? `${String(files.length)} files` : listed(found),
      expected: 'one file of weights (.safetensors, .pt, .pth), with or without its record folder',
      remedy: 'give that file alone, or the record folder of one attack',
    },
  );
}

async function readAll({ blob }: DataFile, meter: Meter): Promise<Uint8Array> {
  const bytes = new Uint8Array(blob.size);
  for (let at = 0; at < blob.size; at += PIECE) {
    const piece = await blob.slice(at, Math.min(blob.size, at + PIECE)).arrayBuffer();
    bytes.set(new Uint8Array(piece), at);
    meter.advance(piece.byteLength);
  }
  return bytes;
}

/** Those of its triggered images that were given; null without any. */
function triggeredThere({ backdoorBench, companions }: Checkpoint): TriggeredSet | null {
  const set = backdoorBench?.bdTest ?? null;
  if (set === null) return null;
  const find = findCompanions(companions);
  const there = Int32Array.from(set.images.keys()).filter((i) => {
    const image = set.images[i];
    return image?.kind === 'pixels' || (image !== undefined && find(image.path) !== undefined);
  });
  if (there.length === 0) return null;
  const some = (values: Int32Array): Int32Array => there.map((i) => values[i] ?? 0);
  return {
    images: Array.from(there).flatMap((i) => set.images[i] ?? []),
    labels: some(set.labels),
    originalLabels: some(set.originalLabels),
    indices: some(set.indices),
  };
}

const listed = (files: readonly DataFile[]): string =>
  `${String(files.length)} files: ${files
    .slice(0, 4)
    .map(({ path }) => path)
    .join(', ')}`;

function tooLarge(field: string, got: string): FmpError {
  return new FmpError('this is too large for a checkpoint', {
    ...{ code: 'badInput', field, got },
    expected: `at most ${String(MAX_BYTES)} bytes and ${String(MAX_IMAGES)} images`,
    remedy: 'give the file of weights alone, or with the images of one attack',
  });
}
