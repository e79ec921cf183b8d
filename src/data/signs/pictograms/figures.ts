/** Vehicles, people and animals that several signs share. All are seen from behind or the side. */
import { disc, line, placed, shape, WHITE } from './parts.ts';

/** Car from behind, 28 wide and 22 high, its centre at (cx, cy). */
export function car(cx: number, cy: number, colour: string): string {
  const body =
    shape('M-9 -11H9L12 -2H14V8H-14V-2H-12Z', colour) +
    shape('M-7 -8.5H7L9 -2.5H-9Z', WHITE) +
    shape('M-13 8H-7V12H-13ZM7 8H13V12H7Z', colour) +
    disc(-10, 3, 1.8, WHITE) +
    disc(10, 3, 1.8, WHITE);
  return placed(`translate(${cx} ${cy})`, body);
}

/** Lorry from behind, 30 wide and 34 high, its centre at (cx, cy). */
export function lorryRear(cx: number, cy: number, colour: string): string {
  const body =
    shape('M-15 -17H15V11H-15Z', colour) +
    shape('M-13 11H-6V17H-13ZM6 11H13V17H6Z', colour) +
    line('M0 -14V5', 1.6, WHITE) +
    line('M-12 7H12', 2, WHITE);
  return placed(`translate(${cx} ${cy})`, body);
}

/** Lorry from the side, heading left, 56 wide. */
export function lorrySide(colour: string): string {
  return (
    shape('M40 34H79V60H40Z', colour) +
    shape('M22 60V49L28 39H38V60Z', colour) +
    shape('M25.5 49L30 42H34.5V49Z', WHITE) +
    shape('M21 60H79V64H21Z', colour) +
    disc(31, 65, 6, colour) +
    disc(68, 65, 6, colour) +
    disc(31, 65, 2.2, WHITE) +
    disc(68, 65, 2.2, WHITE)
  );
}

/** A walking person, feet at y = 74 and head at y = 34, heading left. */
export function walker(colour: string): string {
  return (
    disc(51, 36, 4.6, colour) +
    line('M52 44L51 57', 8, colour, 'round') +
    line('M51 57L43 65L40 74', 4.2, colour, 'round') +
    line('M52 57L57 65L61 74', 4.2, colour, 'round') +
    line('M50 43L41 48L39 55', 3.2, colour, 'round') +
    line('M54 43L60 49L63 55', 3.2, colour, 'round')
  );
}

/** A running child in its own frame: head at (0, -15), feet near y = 16, heading left. */
export function runner(cx: number, cy: number, size: number, colour: string): string {
  const body =
    disc(0, -15, 4.8, colour) +
    line('M1 -8L3 3', 7.4, colour, 'round') +
    line('M2 4L-6 8L-8 16', 4.2, colour, 'round') +
    line('M4 4L9 10L16 12', 4.2, colour, 'round') +
    line('M0 -8L-9 -3', 3.4, colour, 'round') +
    line('M2 -8L11 -4L13 -9', 3.4, colour, 'round');
  return placed(`translate(${cx} ${cy}) scale(${size})`, body);
}

/** Bicycle from the side, wheels at y = 66. */
export function bicycle(colour: string): string {
  const wheel = (cx: number): string =>
    `<circle cx="${cx}" cy="66" r="10" fill="none" stroke="${colour}" stroke-width="3"/>`;
  return (
    wheel(35) +
    wheel(65) +
    line('M35 66L42 50H59L50 66H35M50 66L44 47M65 66L57 44H52', 2.8, colour, 'round') +
    line('M40 46H48', 3.4, colour, 'round')
  );
}

/** A leaping deer, heading left. */
export function deer(colour: string): string {
  return (
    shape(
      'M33 48L38 43L44 44L50 50C58 50 66 54 70 61L75 58L73 65L78 76L74 77L66 66' +
        'C60 66 54 66 50 64L36 70L27 66L28 63L36 66L43 60L42 50L35 51Z',
      colour,
    ) +
    line('M41 44L40 35L36 31M40 37L46 32', 2.2, colour, 'round') +
    line('M66 64L66 76', 3, colour, 'round')
  );
}
