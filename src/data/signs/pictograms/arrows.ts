/** Arrows of the mandatory signs and the road bends. */
import { line, placed, shape } from './parts.ts';

/** Arrow head with its tip at (x, y); `angle` in degrees, 0 = up, 90 = right. */
export function head(x: number, y: number, angle: number, size: number, colour: string): string {
  const half = size * 0.75;
  return placed(
    `translate(${x} ${y}) rotate(${angle})`,
    shape(`M0 0L${half} ${size}H${-half}Z`, colour),
  );
}

/** Straight arrow up. */
export function upArrow(colour: string): string {
  return line('M50 82V34', 10, colour) + head(50, 15, 0, 24, colour);
}

/** Arrow that runs up and turns right. */
export function turnArrow(colour: string): string {
  return line('M36 79V54C36 46 40 43 47 43H62', 10.5, colour) + head(82, 43, 90, 24, colour);
}

/** Fork: one arrow up, one to the right. */
export function forkArrow(colour: string): string {
  return (
    line('M41 83V32M41 68C41 58 46 55 52 55H65', 8.5, colour) +
    head(41, 14, 0, 21, colour) +
    head(83, 55, 90, 20, colour)
  );
}

/** Slanted arrow, down to the right. */
export function keepArrow(colour: string): string {
  return line('M28 28L62 62', 11, colour) + head(75, 75, 135, 27, colour);
}

/** Three arrows that chase each other counter-clockwise. */
export function ringArrows(colour: string): string {
  const one = line('M76.5 50A26.5 26.5 0 0 0 56 24.2', 8, colour) + head(44, 22.5, -80, 17, colour);
  return [0, 120, 240].map((turn) => placed(`rotate(${turn} 50 50)`, one)).join('');
}

/** Road that bends to the left, for the warning triangle. */
export function bendLeft(colour: string): string {
  return line('M57 79V62C57 54 54 51 47 49L43 48', 8, colour) + head(31, 43, -70, 16, colour);
}

/** Road with two bends, the first to the left. */
export function doubleBend(colour: string): string {
  return line('M57 79V69L43 60V54L53 47V44', 7, colour) + head(53, 31, 8, 14, colour);
}
