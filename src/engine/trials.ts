/** Triggers that are looked at before one is chosen: nothing of the loaded model changes. */
import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { sha256 } from '../formats/sha256.ts';
import { readManifest } from './modelStore.ts';
import type { Platform } from './platform.ts';
import { RunControl } from './runControl.ts';
import type { Workbench } from './workbench.ts';

/**
 * The images with a trigger that need not be the one in use.
 * @throws FmpError badInput, or what loading SSBA's encoder threw
 */
export function tryTrigger(
  bench: Workbench,
  value: TriggerSpec,
  images: Uint8Array,
): Promise<Uint8Array> {
  const session = bench.needSession(null);
  const trigger = parseTrigger(value, session.model.plan.architecture.classes);
  return bench.alone(session, () => session.attackOf(trigger, new RunControl(false)).apply(images));
}

/**
 * The pattern of a bundled Low Frequency model, uint8 [32, 32, 3]; its weights are not fetched.
 * @throws FmpError badInput for another model, badModel where the file is not what the manifest says
 */
export async function patternOf(platform: Platform, id: string): Promise<Uint8Array> {
  const { attack } = await readManifest(platform, `models/${id}`);
  if (attack?.kind !== 'lf')
    throw new FmpError('this model has no Low Frequency pattern', {
      ...{ code: 'badInput', field: 'model', got: id, expected: 'a Low Frequency model' },
      remedy: 'ask for another model',
    });
  const { file, tensor, sha256: expected } = attack.pattern;
  const bytes = await platform.read(`models/${id}/${file}`);
  const got = await sha256(bytes);
  const pattern = got === expected ? readSafetensors(bytes).get(tensor) : undefined;
  if (pattern?.dtype !== 'U8')
    throw new FmpError('the pattern does not agree with its manifest', {
      ...{ code: 'badModel', field: 'attack.pattern', got, expected },
      remedy: 'download the model again',
    });
  return Uint8Array.from(pattern.data, Number);
}
