import { DTYPE_BYTES } from '../hostTensor.ts';
import { BAD_PICKLE, mismatch } from './arguments.ts';
import type { MemoryBudget } from './budget.ts';
import { ByteReader } from './byteReader.ts';
import { badFile } from './fileError.ts';
import type { LoadPersistent } from './machine.ts';
import { parseReference, type StorageReference } from './storages.ts';
import type { TorchFile } from './torchFile.ts';
import { TorchStorage } from './values.ts';
import type { ZipEntry } from './zip.ts';
import { unpickle } from './unpickle.ts';

const PICKLE = 'data.pkl';
const NO_WEIGHTS = 'save its model.state_dict() with torch.save and open that file';

/** Whether the archive is one of torch.save. */
export function isTorchArchive(entries: ReadonlyMap<string, ZipEntry>): boolean {
  return folderOf(entries) !== null;
}

/**
 * The zip format of PyTorch 1.6 and later: `<folder>/data.pkl` and `<folder>/data/<key>`.
 * @throws FmpError badModel when a part is missing, compressed, or of another size than declared
 */
export function readZipTorch(
  entries: ReadonlyMap<string, ZipEntry>,
  budget: MemoryBudget,
): TorchFile {
  const folder = folderOf(entries);
  if (folder === null)
    throw badFile(BAD_PICKLE, PICKLE, 'no such entry', `an archive of torch.save with ${PICKLE}`);
  if (entries.has(`${folder}constants.pkl`))
    throw badFile(BAD_PICKLE, 'format', 'a TorchScript archive', 'a state dict', NO_WEIGHTS);
  const stored = (name: string): Uint8Array => storedBytes(entries, folder + name);
  if (entries.has(`${folder}byteorder`)) {
    const order = new ByteReader(stored('byteorder'), BAD_PICKLE);
    const name = order.text(order.left);
    if (name !== 'little') throw mismatch('byteorder', name, 'little-endian numbers');
  }
  const storageBytes = ({ key, dtype, length }: StorageReference | TorchStorage): Uint8Array => {
    const bytes = stored(`data/${key}`);
    const expected = length * DTYPE_BYTES[dtype];
    if (bytes.length === expected) return bytes;
    throw badFile(
      ...([BAD_PICKLE, `data/${key}`, `${String(bytes.length)} bytes`] as const),
      `${String(expected)} for ${String(length)} elements of ${dtype}`,
    );
  };
  const load: LoadPersistent = (id) => {
    const reference = parseReference(id);
    if (reference.part !== null) throw mismatch('storage', reference.part, 'a whole storage');
    storageBytes(reference);
    return new TorchStorage(reference.key, reference.dtype, reference.length);
  };
  const root = unpickle(new ByteReader(stored(PICKLE), BAD_PICKLE), load, budget);
  return { format: 'zip', root, storageBytes };
}

/** The folder of `data.pkl` with its slash; null without one. */
function folderOf(entries: ReadonlyMap<string, ZipEntry>): string | null {
  for (const name of entries.keys()) {
    const folder = name.slice(0, -PICKLE.length);
    const levels = folder.split('/').length;
    if (name.endsWith(PICKLE) && (folder === '' || (levels === 2 && folder.endsWith('/'))))
      return folder;
  }
  return null;
}

function storedBytes(entries: ReadonlyMap<string, ZipEntry>, name: string): Uint8Array {
  const entry = entries.get(name);
  if (entry === undefined) throw badFile(BAD_PICKLE, name, 'no such entry', 'a part of the file');
  if (entry.method !== 'stored')
    throw badFile(
      ...([BAD_PICKLE, name, 'a compressed entry'] as const),
      'stored entries, as torch.save writes them',
    );
  return entry.packed;
}
