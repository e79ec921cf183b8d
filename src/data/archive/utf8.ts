// In browsers and in Node alike, but in no library that this layer is compiled against.
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** UTF-8 bytes as text; what is none becomes U+FFFD. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
