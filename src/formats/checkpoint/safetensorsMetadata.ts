import { ByteReader } from '../torch/byteReader.ts';

const WHAT = 'the safetensors file is not valid';
const LENGTH_BYTES = 8;
const BRACE = 0x7b;

/** A JSON object behind eight bytes: no PyTorch file begins like that. */
export function looksLikeSafetensors(bytes: Uint8Array): boolean {
  return bytes[LENGTH_BYTES] === BRACE;
}

/** The texts of `__metadata__` in a file that `readSafetensors` has accepted. */
export function safetensorsMetadata(bytes: Uint8Array): Map<string, string> {
  const reader = new ByteReader(bytes, WHAT);
  const header: unknown = JSON.parse(reader.text(reader.uint64()));
  const found = new Map<string, string>();
  if (typeof header !== 'object' || header === null || !('__metadata__' in header)) return found;
  for (const [key, value] of Object.entries(header.__metadata__ ?? {}))
    if (typeof value === 'string') found.set(key, value);
  return found;
}
