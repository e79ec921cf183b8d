import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTyped, stringifyTyped } from '../../src/store/typedJson.ts';

describe('typed arrays in JSON', () => {
  it('come back with their type and every bit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.int16Array(),
        fc.int32Array(),
        fc.float32Array(),
        (a, b, c, d) => {
          const value = { a, list: [b, { c }], d, text: 'x', none: null };
          expect(parseTyped(stringifyTyped(value))).toEqual(value);
        },
      ),
    );
  });

  it('keep views on larger buffers to their own part', () => {
    const view = Int16Array.from({ length: 100_000 }, (_, i) => i % 300).subarray(3, 70_000);
    expect(parseTyped(stringifyTyped(view))).toEqual(view);
  });

  it.each([
    ['an unknown type', { typed: 'BigInt64Array', base64: '' }],
    ['a name of the prototype', { typed: 'constructor', base64: '' }],
    ['text that is no base64', { typed: 'Uint8Array', base64: '§' }],
    ['half a value', { typed: 'Int16Array', base64: 'AA==' }],
  ])('leave %s as the plain object it is', (_, value) => {
    expect(parseTyped(JSON.stringify(value))).toEqual(value);
  });
});
