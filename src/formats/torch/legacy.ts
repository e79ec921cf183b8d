import { DTYPE_BYTES } from '../hostTensor.ts';
import { BAD_PICKLE, countOf, itemsOf, mismatch, textOf } from './arguments.ts';
import type { MemoryBudget } from './budget.ts';
import { ByteReader } from './byteReader.ts';
import { badFile } from './fileError.ts';
import { parseReference, type StorageReference } from './storages.ts';
import type { TorchFile } from './torchFile.ts';
import { unpickle } from './unpickle.ts';
import { PyDict, TorchStorage, typeName, type PickleValue } from './values.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * The format before PyTorch 1.6: pickles of a magic number, the protocol, the system, what was
 * saved, and the storages' keys; then the storages in that order, each behind its element count.
 * @throws FmpError badModel when it is another pickle, cut, or from a big-endian machine
 */
export function readLegacy(bytes: Uint8Array, budget: MemoryBudget): TorchFile {
  const reader = new ByteReader(bytes, BAD_PICKLE);
  const magic = unpickle(reader, noReference, budget);
  if (magic !== MAGIC)
    throw badFile(
      ...([BAD_PICKLE, 'format', `a pickle of ${typeName(magic)}`] as const),
      'a file of torch.save, which begins with its magic number',
    );
  const version = unpickle(reader, noReference, budget);
  if (version !== PROTOCOL) throw mismatch('protocol version', version, String(PROTOCOL));
  const system = unpickle(reader, noReference, budget);
  if (!(system instanceof PyDict) || system.get('little_endian') !== true)
    throw mismatch('system', system, 'little-endian numbers');
  const references = new Map<string, StorageReference>();
  const root = unpickle(reader, (id) => resolve(references, parseReference(id)), budget);
  const places = readStorages(reader, references, budget);
  const storageBytes = ({ key }: TorchStorage): Uint8Array => {
    const place = places.get(key);
    if (place === undefined) throw badFile(BAD_PICKLE, `storage ${key}`, 'nothing', 'its elements');
    return place;
  };
  return { format: 'legacy', root, storageBytes };
}

/** The storage of a reference, or the part of it; all references to a key must agree. */
function resolve(
  references: Map<string, StorageReference>,
  reference: StorageReference,
): TorchStorage {
  const { key, dtype, length, part } = reference;
  const known = references.get(key) ?? reference;
  if (known.dtype !== dtype || known.length !== length)
    throw badFile(BAD_PICKLE, `storage ${key}`, 'two sizes or types', 'one');
  references.set(key, known);
  if (part === null) return new TorchStorage(key, dtype, length);
  const [, first, count] = itemsOf(part, `storage ${key}: part`);
  const offset = countOf(first, `storage ${key}: part`);
  const size = countOf(count, `storage ${key}: part`);
  if (offset + size > length)
    throw badFile(
      ...([BAD_PICKLE, `storage ${key}: part`, `elements up to ${String(offset + size)}`] as const),
      `at most ${String(length)}`,
    );
  return new TorchStorage(key, dtype, size, offset);
}

function readStorages(
  reader: ByteReader,
  references: ReadonlyMap<string, StorageReference>,
  budget: MemoryBudget,
): Map<string, Uint8Array> {
  const places = new Map<string, Uint8Array>();
  for (const item of itemsOf(unpickle(reader, noReference, budget), 'storage keys')) {
    const key = textOf(item, 'storage key');
    const reference = references.get(key);
    if (reference === undefined || places.has(key))
      throw badFile(BAD_PICKLE, `storage ${key}`, 'an unexpected storage', 'each used one once');
    const length = reader.uint64();
    if (length !== reference.length)
      throw badFile(
        ...([BAD_PICKLE, `storage ${key}`, `${String(length)} elements`] as const),
        `${String(reference.length)}, as its tensors say`,
      );
    places.set(key, reader.bytes(length * DTYPE_BYTES[reference.dtype]));
  }
  return places;
}

function noReference(id: PickleValue): never {
  throw mismatch('persistent id', id, 'no tensors in this part of the file');
}
