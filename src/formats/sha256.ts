import { FmpError } from '../core/errors.ts';

// In browsers and in Node alike, but in no library that the core is compiled against.
declare const crypto: {
  readonly subtle?: { digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer> };
};

/**
 * SHA-256 of bytes, 64 lower-case hex digits.
 * @throws FmpError backendUnavailable on a page that came over plain http: browsers hash only in
 *   secure contexts
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (crypto.subtle === undefined)
    throw new FmpError('this page cannot verify the model', {
      code: 'backendUnavailable',
      field: 'page address',
      got: 'an address without encryption',
      expected: 'https, or localhost',
      remedy: 'open the page over https or from this computer',
    });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
