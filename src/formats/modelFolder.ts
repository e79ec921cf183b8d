import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, planNetwork, type NetworkPlan } from '../core/network/plan.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { AttackSpec, StoredTensor } from './attackSpec.ts';
import { checkEncoder } from './encoderFolder.ts';
import type { HostDtype, HostTensor } from './hostTensor.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { readSafetensors } from './safetensors.ts';
import { sha256 } from './sha256.ts';
import { checkStateDict } from './stateDict.ts';

type Files = ReadonlyMap<string, Uint8Array>;
const PATTERN_SHAPE = [IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS];

/** The files of a model folder, as read by whoever can read. */
export interface ModelFiles {
  /** Parsed manifest.json, not yet trusted. */
  readonly manifest: unknown;
  /** The file that `manifest.weights.file` names. */
  readonly weights: Uint8Array;
  /** Other files that the manifest names, by their path from the folder; see `extraFiles`. */
  readonly extras: Files;
}

/** A model whose every part has been checked against its manifest. */
export interface OpenedModel {
  readonly manifest: Manifest;
  readonly plan: NetworkPlan;
  readonly stateDict: StateDict;
  /** What fires its backdoor; null: a clean model. `createAttack` puts it on images. */
  readonly trigger: TriggerSpec | null;
  /** Weights of SSBA's encoder; null where the trigger needs no network. */
  readonly encoder: StateDict | null;
}

/** Paths, from the folder, of the files besides the weights that `openModel` wants in `extras`. */
export function extraFiles({ attack }: Manifest): readonly string[] {
  switch (attack?.kind) {
    case 'blended':
    case 'lf':
      return [attack.pattern.file];
    case 'wanet':
      return [attack.field.file];
    case 'ssba':
      return [encoderPath(attack.encoder.model)];
    default:
      return [];
  }
}

/** The encoder lies beside the models that it made. */
const encoderPath = (model: string): string => `../${model}/weights.safetensors`;

/**
 * Checks a model folder (sizes, SHA-256, tensors, trigger) and assembles it.
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
  const { attack } = manifest;
  const trigger = attack === null ? null : await triggerOf(attack, files.extras);
  const encoder = attack?.kind === 'ssba' ? await readEncoder(attack, files.extras) : null;
  return { manifest, plan, stateDict, trigger, encoder };
}

/** What the manifest says of the trigger, with the pictures and fields that it names. */
async function triggerOf(attack: AttackSpec, extras: Files): Promise<TriggerSpec> {
  const { kind, target } = attack;
  switch (attack.kind) {
    case 'badnets':
      return parseTrigger({ kind, target, ...attack.patch });
    case 'blended': {
      const pattern = await readPattern(attack.pattern, extras);
      return parseTrigger({ kind, target, alpha: attack.alpha, pattern });
    }
    case 'lf': {
      const pattern = await readPattern(attack.pattern, extras);
      return parseTrigger({ kind, target, gain: 1, pattern });
    }
    case 'sig': {
      const { delta, frequency } = attack;
      return parseTrigger({ kind, target, delta, frequency });
    }
    case 'wanet': {
      const { strength, gridSize } = attack;
      const field = await readField(attack.field, gridSize, extras);
      return parseTrigger({ kind, target, strength, gridSize, field });
    }
    case 'ssba':
      return parseTrigger({ kind, target, message: attack.message });
  }
}

/**
 * The picture of a trigger, uint8 [32, 32, 3]. @param extras files of the model's folder
 * @throws FmpError badModel where the file is not what the manifest says
 */
export async function readPattern(stored: StoredTensor, extras: Files): Promise<Uint8Array> {
  const tensor = await readStored('attack.pattern', stored, 'U8', PATTERN_SHAPE, extras);
  return Uint8Array.from(tensor.data, Number);
}

async function readField(stored: StoredTensor, k: number, extras: Files): Promise<Float32Array> {
  const tensor = await readStored('attack.field', stored, 'F32', [k, k, 2], extras);
  const values = Float32Array.from(tensor.data, Number);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw bad(`attack.field[${String(at)}]`, String(values[at]), 'a finite number');
  return values;
}

/** A tensor of a file in the folder, its hash, type and shape checked. */
async function readStored(
  field: string,
  { file, tensor: name, sha256: hash }: StoredTensor,
  dtype: HostDtype,
  shape: readonly number[],
  extras: Files,
): Promise<HostTensor> {
  const bytes = extras.get(file);
  if (bytes === undefined) throw bad(`${field}.file`, 'no such file', file);
  await checkHash(`${field}.sha256`, bytes, hash);
  const tensor = readSafetensors(bytes).get(name);
  if (tensor?.dtype !== dtype || tensor.shape.join() !== shape.join())
    throw bad(
      `${field}.tensor`,
      tensor === undefined ? 'no such tensor' : `${tensor.dtype} [${tensor.shape.join(', ')}]`,
      `${name}, ${dtype} [${shape.join(', ')}]`,
    );
  return tensor;
}

async function readEncoder(
  { encoder }: Extract<AttackSpec, { readonly kind: 'ssba' }>,
  extras: Files,
): Promise<StateDict> {
  const path = encoderPath(encoder.model);
  const bytes = extras.get(path);
  if (bytes === undefined) throw bad('attack.encoder.model', 'no such file', path);
  await checkHash('attack.encoder.sha256', bytes, encoder.sha256);
  return checkEncoder(readSafetensors(bytes));
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
