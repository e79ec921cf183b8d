import type { HostDtype } from '../hostTensor.ts';
import { BAD_PICKLE, countOf, itemsOf, mismatch, textOf } from './arguments.ts';
import { badFile } from './fileError.ts';
import { STORAGE_DTYPES } from './globals.ts';
import { AllowedGlobal, type PickleValue } from './values.ts';

/** The reference to a storage: its parts, checked but not looked up. */
export interface StorageReference {
  readonly dtype: HostDtype;
  readonly key: string;
  /** Elements. */
  readonly length: number;
  /** (key, first element, elements) of a legacy storage that is part of this one, or null. */
  readonly part: PickleValue;
}

/** ('storage', class, key, device, elements[, part]). @throws FmpError badModel */
export function parseReference(id: PickleValue): StorageReference {
  const [kind, storageClass, key, , length, part = null] = itemsOf(id, 'persistent id');
  if (kind !== 'storage')
    throw badFile(
      ...([BAD_PICKLE, 'persistent id', textOf(kind, 'persistent id')] as const),
      'a storage; save model.state_dict() and not the model itself',
    );
  const dtype =
    storageClass instanceof AllowedGlobal ? STORAGE_DTYPES.get(storageClass.name) : undefined;
  if (dtype === undefined) throw mismatch('storage class', storageClass, 'a storage class');
  return {
    ...{ dtype, key: textOf(key, 'storage key'), part },
    length: countOf(length, 'storage length'),
  };
}
