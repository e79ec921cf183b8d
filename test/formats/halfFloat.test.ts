import { expect, it } from 'vitest';
import { decodeBfloat, decodeHalf } from '../../src/formats/halfFloat.ts';

const ALL = Uint16Array.from({ length: 65536 }, (_, i) => i);

/** IEEE 754-2008, 3.4, word by word: the number that sign, exponent and fraction stand for. */
function number16(bits: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits;
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

it('decodes every one of the 65,536 half floats exactly, signed zeros included', () => {
  const decoded = decodeHalf(ALL);
  const wrong = ALL.filter((bits) => !Object.is(decoded[bits], number16(bits, 5)));
  expect(Array.from(wrong)).toEqual([]);
});

it('decodes every one of the 65,536 bfloats exactly', () => {
  const decoded = decodeBfloat(ALL);
  const wrong = ALL.filter((bits) => !Object.is(decoded[bits], number16(bits, 8)));
  expect(Array.from(wrong)).toEqual([]);
});
