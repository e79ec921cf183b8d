import type { Attack } from '../core/attacks/attack.ts';
import { createAttack } from '../core/attacks/create.ts';
import { FmpError } from '../core/errors.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, planNetwork, type NetworkPlan } from '../core/network/plan.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { readSafetensors } from './safetensors.ts';
import { sha256 } from './sha256.ts';
import { checkStateDict } from './stateDict.ts';

const PATTERN_SHAPE = [IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS].join();

/** The files of a model folder, as read by whoever can read. */
export interface ModelFiles {
  /** Parsed manifest.json, not yet trusted. */
  readonly manifest: unknown;
  /** The file that `manifest.weights.file` names. */
  readonly weights: Uint8Array;
  /** Other files that the manifest names, by file name. */
  readonly extras: ReadonlyMap<string, Uint8Array>;
}

/** A model whose every part has been checked against its manifest. */
export interface OpenedModel {
  readonly manifest: Manifest;
  readonly plan: NetworkPlan;
  readonly stateDict: StateDict;
  /** Null: a clean model. */
  readonly attack: Attack | null;
}

/** Names of the files, besides the weights, that `openModel` will want in `extras`. */
export function extraFiles(manifest: Manifest): readonly string[] {
  return manifest.attack?.kind === 'blended' ? [manifest.attack.pattern.file] : [];
}

/**
 * Checks a model folder (sizes, SHA-256, tensors, pattern) and assembles it.
 * @throws FmpError badModel naming the field, what it got and what was expected
 */
export async function openModel(files: ModelFiles): Promise<OpenedModel> {
  const manifest = parseManifest(files.manifest);
  const { bytes, sha256: hash } = manifest.weights;
  if (files.weights.length !== bytes)
    throw bad('weights.bytes', `${String(files.weights.length)} bytes`, `${String(bytes)} bytes`);
  await checkHash('weights.sha256', files.weights, hash);
  const plan = planNetwork(manifest.architecture);
  const stateDict = checkStateDict(readSafetensors(files.weights), plan);
  return { manifest, plan, stateDict, attack: await buildAttack(manifest, files.extras) };
}

async function buildAttack(
  { attack }: Manifest,
  extras: ReadonlyMap<string, Uint8Array>,
): Promise<Attack | null> {
  if (attack === null) return null;
  if (attack.kind !== 'blended') return createAttack(attack, null);
  const { file, tensor, sha256: hash } = attack.pattern;
  const bytes = extras.get(file);
  if (bytes === undefined) throw bad('attack.pattern.file', 'no such file', file);
  await checkHash('attack.pattern.sha256', bytes, hash);
  const pattern = readSafetensors(bytes).get(tensor);
  if (pattern?.dtype !== 'U8' || pattern.shape.join() !== PATTERN_SHAPE)
    throw bad(
      'attack.pattern.tensor',
      pattern === undefined ? 'no such tensor' : `${pattern.dtype} [${pattern.shape.join(', ')}]`,
      `${tensor}, U8 [32, 32, 3]`,
    );
  return createAttack(attack, pattern.data);
}

async function checkHash(field: string, bytes: Uint8Array, expected: string): Promise<void> {
  const got = await sha256(bytes);
  if (got !== expected) throw bad(field, got, expected);
}

function bad(field: string, got: string, expected: string): FmpError {
  return new FmpError('the model folder does not agree with its manifest', {
    ...{ code: 'badModel', field, got, expected },
    remedy: 'download the model again; use only models whose files match their manifest',
  });
}
