/** Digits and letters as drawn strokes, so that no font is ever needed. Cell: 10 wide, 16 high. */
import { line, placed } from './parts.ts';

const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'M5 1.3C7.5 1.3 8.6 4 8.6 8S7.5 14.7 5 14.7S1.4 12 1.4 8S2.5 1.3 5 1.3Z',
  '1': 'M2 4.8L6 1.8V16',
  '2': 'M1.6 5C1.6 2.6 3 1.3 5 1.3S8.4 2.6 8.4 4.8C8.4 7.8 4 10 1.9 14.7H9',
  '3':
    'M1.6 3.6C2.2 2 3.4 1.3 5 1.3C7 1.3 8.2 2.6 8.2 4.4C8.2 6.4 6.8 7.5 4.2 7.5' +
    'C7.2 7.5 8.6 8.9 8.6 11C8.6 13.4 7 14.7 5 14.7C3 14.7 1.8 13.8 1.3 12.2',
  '5':
    'M8.4 1.3H2.8L2.2 7.9C3 6.9 4 6.5 5.2 6.5C7.4 6.5 8.7 8 8.7 10.5C8.7 13 7.2 14.7 4.9 14.7' +
    'C3 14.7 1.8 13.8 1.3 12.2',
  '6':
    'M8.2 3C7.4 1.8 6.4 1.3 5.2 1.3C2.8 1.3 1.4 4 1.4 8.8C1.4 12.8 2.8 14.7 5 14.7' +
    'C7.2 14.7 8.6 13 8.6 10.6C8.6 8.1 7.2 6.7 5.1 6.7C3.2 6.7 1.9 7.9 1.5 9.6',
  '7': 'M1.2 1.3H8.6C6 5.4 4.4 9.4 3.8 16',
  '8':
    'M5 1.3C7 1.3 8.1 2.6 8.1 4.4S7 7.6 5 7.6S1.9 6.2 1.9 4.4S3 1.3 5 1.3Z' +
    'M5 7.6C7.3 7.6 8.6 9 8.6 11.1S7.3 14.7 5 14.7S1.4 13.2 1.4 11.1S2.7 7.6 5 7.6Z',
  S:
    'M8.4 4C8 2.2 6.8 1.3 5 1.3C3 1.3 1.7 2.5 1.7 4.3C1.7 8.6 8.6 6.8 8.6 11.4' +
    'C8.6 13.4 7.2 14.7 5 14.7C3 14.7 1.6 13.6 1.3 11.8',
  T: 'M0.4 1.3H9.6M5 1.3V16',
  O: 'M5 1.3C7.5 1.3 8.6 4 8.6 8S7.5 14.7 5 14.7S1.4 12 1.4 8S2.5 1.3 5 1.3Z',
  P: 'M2 16V1.3H5.2C7.4 1.3 8.5 2.8 8.5 4.9S7.4 8.6 5.2 8.6H2',
};

/**
 * A word centred in the 100 x 100 box.
 * @param width width of one cell in box units, before the gap of a tenth of it
 * @throws Error when a character has no glyph
 */
export function lettering(
  text: string,
  width: number,
  height: number,
  stroke: number,
  colour: string,
): string {
  const pitch = width * 1.1;
  const left = 50 - (pitch * text.length - width * 0.1) / 2;
  return Array.from(text, (character, position) => {
    const glyph = GLYPHS[character];
    if (glyph === undefined) {
      throw new Error(`lettering: no glyph for "${character}"`);
    }
    const place = `translate(${left + position * pitch} ${50 - height / 2}) scale(${width / 10} ${height / 16})`;
    return placed(place, line(glyph, stroke, colour));
  }).join('');
}
