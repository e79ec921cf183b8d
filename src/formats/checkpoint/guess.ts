/** What a checkpoint does not say, guessed from what it does. People confirm or correct it. */
import type { Normalisation } from '../../core/network/evalNetwork.ts';

export type DatasetId = 'cifar10' | 'cifar100' | 'gtsrb';

interface KnownDataset {
  readonly id: DatasetId;
  readonly classes: number;
  /** As BackdoorBench trains (`utils/aggregate_block/dataset_and_transform_generate.py`). */
  readonly normalisation: Normalisation;
}

const DATASETS: readonly KnownDataset[] = [
  {
    ...{ id: 'cifar10', classes: 10 },
    normalisation: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.243, 0.261] },
  },
  {
    ...{ id: 'cifar100', classes: 100 },
    normalisation: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  },
  { id: 'gtsrb', classes: 43, normalisation: { mean: [0, 0, 0], std: [1, 1, 1] } },
];

export interface Guess {
  /** Null: nothing that is known here has so many classes. */
  readonly dataset: DatasetId | null;
  readonly normalisation: Normalisation | null;
  /** One phrase, e.g. "the file says clean_data cifar10". */
  readonly because: string;
}

/** @param cleanData the data set's name in the file, or null */
export function guessDataset(cleanData: string | null, classes: number): Guess {
  const named = DATASETS.find(({ id }) => id === cleanData);
  const known = named ?? DATASETS.find((dataset) => dataset.classes === classes);
  const because =
    named === undefined ? `it has ${String(classes)} classes` : `the file says ${named.id}`;
  return {
    dataset: known?.id ?? null,
    normalisation: known?.normalisation ?? null,
    because,
  };
}

/** What has to be asked for before a run. */
export interface MissingFact {
  readonly fact: 'normalisation' | 'class names' | 'trigger';
  /** What to suggest, or null where there is nothing to go by. */
  readonly suggestion: string | null;
  readonly because: string;
}

/** @param hasTriggered whether the file comes with triggered test images */
export function missingFacts(guess: Guess, hasTriggered: boolean): readonly MissingFact[] {
  const { dataset, normalisation, because } = guess;
  const suggested =
    normalisation === null
      ? null
      : `mean ${normalisation.mean.join(', ')}; std ${normalisation.std.join(', ')}`;
  return [
    { fact: 'normalisation', suggestion: suggested, because },
    { fact: 'class names', suggestion: dataset, because },
    {
      fact: 'trigger',
      suggestion: hasTriggered ? 'the triggered test images that it names' : null,
      because: hasTriggered ? 'the file has bd_test' : 'weights do not show it',
    },
  ];
}
