import { describe, expect, it } from 'vitest';
import { askedBackend, backendLink } from '../../src/ui/backendLink.ts';

const at = (address: string): URL => new URL(address, 'http://127.0.0.1/fmp/');

describe('the backend in the address', () => {
  it('is what it names, else automatic', () => {
    expect(askedBackend('?backend=cpu')).toBe('cpu');
    expect(askedBackend('?kernels=stock')).toBe('auto');
    expect(askedBackend('?backend=webgl')).toBe('auto');
  });

  it('changes, and the rest of the address stays', () => {
    const here = at('?kernels=stock&backend=webgpu#/lesson/4?model=signs-badnets&eps=24/255');
    expect(backendLink(here, 'wasm')).toBe(
      '/fmp/?kernels=stock&backend=wasm#/lesson/4?model=signs-badnets&eps=24/255',
    );
    expect(backendLink(at('#/?p=5'), 'cpu')).toBe('/fmp/?backend=cpu#/?p=5');
    expect(backendLink(at('?backend=cpu#/?p=5'), 'auto')).toBe('/fmp/#/?p=5');
  });
});
