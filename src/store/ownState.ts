/** The part of the store about what the person brings. */
import type { CheckpointChoice, CheckpointInfo, DataFile, DataInfo, OwnId } from '../bridge/own.ts';
import type { WireError } from '../core/errors.ts';
import type { ModelFacts } from '../formats/modelFacts.ts';

/** What is being read for the person, and how far it is; total 0 until the size is known. */
export interface OwnTask {
  readonly kind: 'data' | 'checkpoint' | 'use';
  readonly read: number;
  readonly total: number;
}

/** What the person brings: data sets, a network, run files. */
export interface OwnSlice {
  /** The dialog is open. */
  readonly isOpen: boolean;
  /** The bundled model that waits for its images, by id. */
  readonly waiting: string | null;
  /** Files of which the names do not say what they are. */
  readonly unclear: readonly DataFile[] | null;
  readonly task: OwnTask | null;
  readonly error: WireError | null;
  /** Open now or kept from an earlier visit. */
  readonly data: readonly DataInfo[];
  /** How often each was opened in this visit: what was measured on other images is another result. */
  readonly openings: Readonly<Partial<Record<string, number>>>;
  readonly checkpoint: CheckpointInfo | null;
  /** The model that the checkpoint became and the answers that made it one; null before. */
  readonly used: { readonly choice: CheckpointChoice; readonly facts: ModelFacts } | null;
}

/** The id of the network that was brought. */
export const OWN_ID: OwnId = 'own';

export const NO_OWN: OwnSlice = {
  ...{ isOpen: false, waiting: null, unclear: null, task: null, error: null },
  ...{ data: [], openings: {}, checkpoint: null, used: null },
};
