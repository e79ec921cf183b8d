/** Triggers that are looked at before one is chosen: nothing of the loaded model changes. */
import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { readPattern } from '../formats/modelFolder.ts';
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
  const { pattern } = attack;
  const bytes = await platform.read(`models/${id}/${pattern.file}`);
  return readPattern(pattern, new Map([[pattern.file, bytes]]));
}
