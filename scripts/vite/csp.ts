import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Style sheets that the interaction library writes into the page by itself, byte for byte: what
 * may be panned on a pressed button, and what scrolls behind a dialog on a phone. If an update
 * changes them, the browser tests see the refusal in the console.
 */
const LIBRARY_STYLES = [
  `@layer {
  [data-react-aria-pressable] {
    touch-action: pan-x pan-y pinch-zoom;
  }
}`,
  `@layer {
  * {
    overscroll-behavior: contain;
  }
}`,
];

const hashes = LIBRARY_STYLES.map(
  (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
);

/**
 * What the page may load: itself. WASM needs its own permission, its threads are workers made from
 * a blob, and pictures and downloads are blobs that the page made.
 */
export const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  `style-src 'self' ${hashes.join(' ')}`,
  "img-src 'self' data: blob:",
  "connect-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ');

/**
 * The policy as a meta element, so that it holds on any host, and as a header for hosts that read
 * `_headers`, so that it holds in workers. Builds only: Vite's client is inline.
 */
export function contentSecurityPolicy(): Plugin {
  let dist = '';
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
    writeBundle({ dir }) {
      dist = dir ?? '';
    },
    closeBundle() {
      if (dist !== '')
        appendFileSync(join(dist, '_headers'), `  Content-Security-Policy: ${POLICY}\n`);
    },
  };
}
