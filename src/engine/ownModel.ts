/** A checkpoint from outside as a model: what its file says and what its owner answers. */
import type { CheckpointChoice, OwnId } from '../bridge/own.ts';
import { parseTrigger } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';
import type { OpenedDataset } from '../data/readers/openDataset.ts';
import type { ModelFacts } from '../formats/modelFacts.ts';
import type { OpenedModel } from '../formats/modelFolder.ts';
import type { HeldCheckpoint } from './checkpointFiles.ts';
import { loadStored, type StoredTriggered } from './storedTrigger.ts';

export const OWN_ID: OwnId = 'own';

/** A model that can be run, a bundled one or one's own. */
export interface RunnableModel extends Omit<OpenedModel, 'manifest'> {
  readonly manifest: ModelFacts;
  /** Used where no trigger is set; null for bundled models. */
  readonly stored: StoredTriggered | null;
}

/**
 * @param opened the data set that was chosen
 * @throws FmpError badInput naming the answer that is wrong, badModel for a stored image
 */
export function ownModel(
  held: HeldCheckpoint,
  choice: CheckpointChoice,
  opened: OpenedDataset,
): RunnableModel {
  const { plan, stateDict } = held.checkpoint;
  const { architecture } = plan;
  const names = choice.classNames ?? opened.classNames;
  if (names.length !== architecture.classes || names.includes(''))
    throw bad('classNames', `${String(names.length)} names`, {
      expected: `${String(architecture.classes)} names, one per class`,
    });
  return {
    ...{ plan, stateDict, encoder: null },
    manifest: {
      ...{ id: OWN_ID, title: held.name, classes: names, architecture },
      normalisation: checkNormalisation(choice.normalisation),
      data: { id: choice.dataset },
      attack: 'unknown',
      weights: { bytes: held.bytes },
      metrics: null,
    },
    trigger: choice.trigger === null ? null : parseTrigger(choice.trigger, architecture.classes),
    stored: loadStored(held, opened.dataset),
  };
}

/** For a request that names the model `own` before there is one. */
export function noCheckpoint(): FmpError {
  return new FmpError('no checkpoint of your own is in use', {
    ...{ code: 'badInput', field: 'model', got: OWN_ID, expected: 'a bundled model' },
    remedy: 'open a checkpoint first',
  });
}

function checkNormalisation({ mean, std }: Normalisation): ModelFacts['normalisation'] {
  return {
    mean: channels('normalisation.mean', mean, (value) => Number.isFinite(value)),
    std: channels('normalisation.std', std, (value) => Number.isFinite(value) && value > 0),
  };
}

function channels(
  field: string,
  values: readonly number[],
  fits: (value: number) => boolean,
): [number, number, number] {
  const [red, green, blue, ...rest] = values;
  const three = red !== undefined && green !== undefined && blue !== undefined;
  if (three && rest.length === 0 && values.every(fits)) return [red, green, blue];
  throw bad(field, values.join(', '), {
    expected: field.endsWith('std') ? 'three numbers above 0' : 'three numbers',
  });
}

function bad(field: string, got: string, { expected }: { readonly expected: string }): FmpError {
  return new FmpError('the checkpoint cannot be used like this', {
    ...{ code: 'badInput', field, got, expected, remedy: 'correct this answer' },
  });
}
