import { planNetwork, type NetworkPlan } from '../../core/network/plan.ts';
import { recogniseArchitecture } from '../../core/network/recognise.ts';
import type { StateDict } from '../../core/network/stateDict.ts';
import { type BackdoorBenchResult, readBackdoorBench } from '../backdoorBench/result.ts';
import { type Companions, isResult } from '../backdoorBench/recordFiles.ts';
import { BoundedUnpacker, FREE_GROWTH, withZippedImages } from '../backdoorBench/recordZip.ts';
import type { HostTensor } from '../hostTensor.ts';
import { looksLikeSafetensors, openSafetensors } from '../safetensors.ts';
import { checkStateDict } from '../stateDict.ts';
import { MemoryBudget } from '../torch/budget.ts';
import { badFile } from '../torch/fileError.ts';
import { loadTensors, readTorchFile, type TorchFile } from '../torch/torchFile.ts';
import { isZip, readZipDirectory } from '../torch/zip.ts';
import { isTorchArchive, readZipTorch } from '../torch/zipTorch.ts';
import { clippedFacts } from './facts.ts';
import { type Guess, guessDataset, missingFacts, type MissingFact } from './guess.ts';
import {
  applyStoredMasks,
  findStateDict,
  plainFacts,
  tensorViews,
  unwrap,
} from './stateTensors.ts';

/** A network from outside, checked in every value. */
export interface Checkpoint {
  readonly format: 'safetensors' | 'zip' | 'legacy';
  /** What kind of file it is, for people. */
  readonly kind: string;
  /** By PyTorch's names without wrappers' prefixes, as the file stores them. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly plan: NetworkPlan;
  readonly stateDict: StateDict;
  /** Plain facts of the file as text, e.g. `epoch`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Null where the file is none of BackdoorBench's. */
  readonly backdoorBench: BackdoorBenchResult | null;
  /** The images that were handed in, also those of a zip. */
  readonly companions: Companions;
  readonly guess: Guess;
  readonly missing: readonly MissingFact[];
}

interface Contents {
  readonly format: Checkpoint['format'];
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly backdoorBench: BackdoorBenchResult | null;
  readonly companions: Companions;
}

const KINDS: Readonly<Record<BackdoorBenchResult['version'], string>> = {
  v1: 'BackdoorBench attack_result.pt, version 1',
  v2: 'BackdoorBench attack_result.pt, version 2',
  defence: 'BackdoorBench defense_result.pt',
};
const FORMATS: Readonly<Record<Checkpoint['format'], string>> = {
  safetensors: 'safetensors',
  zip: 'PyTorch zip file',
  legacy: 'PyTorch file from before 1.6',
};
const PICKLE_START = [0x80, 0x63];

/**
 * Opens weights that somebody else made: .safetensors, a PyTorch file (zip or legacy), one of
 * BackdoorBench's, or a zip of BackdoorBench's whole record folder. No code in them is run; memory
 * stays within a `MemoryBudget` of the file.
 * @param name of the file, for messages
 * @param companions PNGs of the record folder, or a zip of it, by relative path
 * @throws FmpError badModel saying what is wrong with the file, or which networks are known
 */
export function openCheckpoint(
  bytes: Uint8Array,
  name: string,
  companions: Companions = new Map(),
): Checkpoint {
  const contents = readContents(bytes, name, withZippedImages(companions));
  const tensors = applyStoredMasks(unwrap(contents.tensors));
  const { backdoorBench } = contents;
  const plan = planNetwork(recogniseArchitecture(tensors));
  const { classes } = plan.architecture;
  if (backdoorBench !== null && backdoorBench.classes !== classes)
    throw badFile(
      ...(['the file contradicts itself', 'num_classes', String(backdoorBench.classes)] as const),
      `${String(classes)}, the outputs of its last layer`,
    );
  const guess = guessDataset(backdoorBench?.cleanData ?? null, classes);
  return {
    ...contents,
    kind: backdoorBench === null ? FORMATS[contents.format] : KINDS[backdoorBench.version],
    tensors,
    plan,
    stateDict: checkStateDict(tensors, plan),
    guess,
    missing: missingFacts(guess, backdoorBench?.bdTest != null),
  };
}

/**
 * The tensors of a file, whether or not they are a network that is known here.
 * @throws FmpError badModel saying what is wrong with the file
 */
export function openTensors(bytes: Uint8Array, name: string): ReadonlyMap<string, HostTensor> {
  return unwrap(readContents(bytes, name, new Map()).tensors);
}

function readContents(bytes: Uint8Array, name: string, companions: Companions): Contents {
  if (looksLikeSafetensors(bytes)) {
    const { tensors, metadata } = openSafetensors(bytes);
    return {
      ...{ format: 'safetensors', tensors, companions, backdoorBench: null },
      metadata: clippedFacts(metadata),
    };
  }
  if (isZip(bytes)) return readArchive(bytes, name, companions);
  if (PICKLE_START.includes(bytes[0] ?? 0)) {
    const budget = new MemoryBudget(bytes.length);
    return torchContents(readTorchFile(bytes, budget), companions, budget);
  }
  throw unknownFormat(bytes, name);
}

/** A file of torch.save, or a folder with one and its images. */
function readArchive(bytes: Uint8Array, name: string, companions: Companions): Contents {
  const entries = readZipDirectory(bytes);
  if (isTorchArchive(entries)) {
    const budget = new MemoryBudget(bytes.length);
    return torchContents(readZipTorch(entries, budget), companions, budget);
  }
  const results = [...entries.values()].filter((entry) => isResult(entry.name));
  const [result, other] = results;
  if (result === undefined || other !== undefined)
    throw badFile(
      ...(['the zip file is no checkpoint', name] as const),
      `${String(results.length)} files named attack_result.pt or defense_result.pt`,
      'one of them, or a file of torch.save',
    );
  const unpacker = new BoundedUnpacker(bytes.length);
  const unpacked = unpacker.unpack(result);
  const images = new Map([...companions, ...unpacker.images(entries)]);
  const budget = new MemoryBudget(bytes.length, FREE_GROWTH - unpacker.copied);
  return torchContents(readTorchFile(unpacked, budget), images, budget);
}

function torchContents(file: TorchFile, companions: Companions, budget: MemoryBudget): Contents {
  const backdoorBench = readBackdoorBench(file.root);
  const stateDict = backdoorBench?.model ?? findStateDict(file.root);
  return {
    format: file.format,
    tensors: loadTensors(file, tensorViews(stateDict), budget),
    metadata: plainFacts(file.root),
    backdoorBench,
    companions,
  };
}

function unknownFormat(bytes: Uint8Array, name: string): Error {
  const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  return badFile(
    'the file is no checkpoint that is known here',
    name,
    bytes.length === 0 ? 'an empty file' : `a file that begins ${first.join(' ')}`,
    '.safetensors, a file of torch.save (.pt, .pth), or a zip of a BackdoorBench record folder',
    'save the weights with torch.save(model.state_dict(), path) and open that file',
  );
}
