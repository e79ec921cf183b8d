import { afterEach, expect, it, vi } from 'vitest';
import { onAddress } from '../../src/ui/onAddress.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

function change(target: EventTarget, newURL: string): void {
  target.dispatchEvent(Object.assign(new Event('hashchange'), { newURL }));
}

it('goes where the person went, whatever the address says by now', () => {
  vi.stubGlobal('location', { hash: '#/lesson/1?v=1&model=signs-badnets' });
  const target = new EventTarget();
  const seen: string[] = [];
  onAddress(target, (hash) => seen.push(hash));
  change(target, 'http://host/#/lesson/2');
  expect(seen).toEqual(['#/lesson/2']);
});

it('leaves the page’s own marks alone, as the link to its content is', () => {
  const target = new EventTarget();
  const seen: string[] = [];
  onAddress(target, (hash) => seen.push(hash));
  change(target, 'http://host/#main');
  change(target, 'http://host/');
  expect(seen).toEqual([]);
});
