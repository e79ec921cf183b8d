/** The backend that an address asks for, and the address of this page with another one. */
import type { BackendChoice } from '../bridge/engineInfo.ts';

const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm', 'cpu'];
const KEY = 'backend';

/** @param search of the address, `?…` or empty; what is no backend counts as `auto` */
export function askedBackend(search: string): BackendChoice {
  const wanted = new URLSearchParams(search).get(KEY);
  return BACKENDS.find((name) => name === wanted) ?? 'auto';
}

/** Another search, relative to the page; the rest of the address stays. */
export function backendLink(
  { pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>,
  choice: BackendChoice,
): string {
  const query = new URLSearchParams(search);
  if (choice === 'auto') query.delete(KEY);
  else query.set(KEY, choice);
  const text = query.toString();
  return `${pathname}${text === '' ? '' : `?${text}`}${hash}`;
}
