/** JSON with typed arrays: each becomes `{"typed": "Int16Array", "base64": "…"}`, little-endian. */

const KINDS = { Uint8Array, Int16Array, Int32Array, Float32Array } as const;
type Kind = keyof typeof KINDS;
type Typed = InstanceType<(typeof KINDS)[Kind]>;

/** Plain data and typed arrays as JSON text. */
export function stringifyTyped(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) => {
    const kind = kindOf(held);
    return kind === null ? held : { typed: kind, base64: toBase64(held as Typed) };
  });
}

/**
 * What `stringifyTyped` wrote. Objects that only look like typed arrays stay plain objects, so that
 * a schema refuses them. @throws SyntaxError when the text is not JSON
 */
export function parseTyped(text: string): unknown {
  return JSON.parse(text, (_, held: unknown) => decode(held) ?? held);
}

function kindOf(value: unknown): Kind | null {
  for (const kind of Object.keys(KINDS) as Kind[]) if (value instanceof KINDS[kind]) return kind;
  return null;
}

function toBase64(values: Typed): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const CHUNK = 0x8000;
  let binary = '';
  for (let i = 0; i < bytes.length; i += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(binary);
}

/** The browser's own decoder where it has one: the first run is shown only after this. */
const NATIVE = Uint8Array as Partial<{
  fromBase64: (text: string) => Uint8Array<ArrayBuffer>;
}>;

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    if (NATIVE.fromBase64 !== undefined) return NATIVE.fromBase64(text);
    const binary = atob(text);
    // A loop: a callback per byte is ten times slower.
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}

function decode(held: unknown): Typed | null {
  if (typeof held !== 'object' || held === null) return null;
  const { typed, base64 } = held as { typed?: unknown; base64?: unknown };
  if (typeof typed !== 'string' || typeof base64 !== 'string') return null;
  if (!Object.hasOwn(KINDS, typed)) return null;
  const type = KINDS[typed as Kind];
  const bytes = fromBase64(base64);
  if (bytes === null || bytes.length % type.BYTES_PER_ELEMENT !== 0) return null;
  return new type(bytes.buffer);
}
