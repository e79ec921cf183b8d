/** What a file is, by its path alone; what is in it is checked by who reads it. */
export type Role =
  | Batch
  | { readonly kind: 'names'; readonly format: 'text' | 'python' }
  /** Records in CIFAR's binary layout outside the official archives. */
  | { readonly kind: 'records'; readonly part: Part | null }
  | { readonly kind: 'image' }
  | { readonly kind: 'table' };

export type Part = 'train' | 'test';

/** A file of an official CIFAR archive. */
export interface Batch {
  readonly kind: 'batch';
  readonly set: 'cifar10' | 'cifar100';
  readonly layout: 'binary' | 'python';
  readonly part: Part;
  readonly records: number;
}

/** Null: of no use here. */
export function recognise(path: string): Role | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const batch = recogniseBatch(path, name);
  if (batch !== null) return batch;
  if (name === 'batches.meta.txt' || name === 'fine_label_names.txt')
    return { kind: 'names', format: 'text' };
  if (name === 'batches.meta' || name === 'meta') return { kind: 'names', format: 'python' };
  if (/\.bin$/i.test(name)) return { kind: 'records', part: partOf(name) };
  if (/\.(png|jpe?g|ppm)$/i.test(name)) return { kind: 'image' };
  return /\.csv$/i.test(name) ? { kind: 'table' } : null;
}

function recogniseBatch(path: string, name: string): Batch | null {
  const ten = /^(?:data_batch_[1-5]|(test)_batch)(\.bin)?$/.exec(name);
  if (ten !== null)
    return {
      ...{ kind: 'batch', set: 'cifar10', layout: ten[2] === undefined ? 'python' : 'binary' },
      ...{ part: ten[1] === undefined ? 'train' : 'test', records: 10_000 },
    };
  const hundred = /^(train|test)(\.bin)?$/.exec(name);
  const binary = hundred?.[2] !== undefined;
  // Files of that name are common; the archive's folder is what tells.
  if (hundred === null || (binary && !/(^|\/)cifar-100-binary\//.test(path))) return null;
  const part = hundred[1] === 'train' ? 'train' : 'test';
  return {
    ...{ kind: 'batch', set: 'cifar100', layout: binary ? 'binary' : 'python', part },
    records: part === 'train' ? 50_000 : 10_000,
  };
}

/**
 * Whether only a name that many files have makes this one of CIFAR-100's python version: the bytes
 * have to say so, too.
 */
export function isGuess(path: string): boolean {
  return /(^|\/)(train|test|meta)$/.test(path) && !/(^|\/)cifar-100-python\//.test(path);
}

/** Whether a name, or a folder's name, says train or test. */
export function partOf(name: string): Part | null {
  const word = /(?:^|[^a-z])(train|test)(?:ing)?(?:[^a-z]|$)/i.exec(name)?.[1];
  if (word === undefined) return null;
  return word.toLowerCase() === 'train' ? 'train' : 'test';
}
