/** The 43 drawings, position = class id. Only the sprite builder reads them. */
import {
  bendLeft,
  doubleBend,
  forkArrow,
  head,
  keepArrow,
  ringArrows,
  turnArrow,
  upArrow,
} from './arrows.ts';
import { bicycle, car, deer, lorryRear, lorrySide, runner, walker } from './figures.ts';
import { lettering } from './lettering.ts';
import {
  barred,
  BLACK,
  diamond,
  disc,
  ending,
  giveWay,
  GREY,
  line,
  mandatory,
  mirrored,
  octagon,
  placed,
  prohibition,
  RED,
  shape,
  warning,
  WHITE,
} from './parts.ts';

const GREEN = '#12914f';
const AMBER = '#f2a400';

function limit(text: string, colour: string): string {
  return text.length > 2
    ? lettering(text, 18, 34, 2.7, colour)
    : lettering(text, 24, 40, 2.5, colour);
}

function bumps(): string {
  return shape('M22 77V73C28 72 29 59 37 59S45 71 50 71S55 59 63 59S72 72 78 73V77Z', BLACK);
}

function skidding(): string {
  return (
    placed('translate(50 46) rotate(14) scale(0.92)', car(0, 0, BLACK)) +
    line('M41 60C35 65 48 68 40 77M56 63C50 67 63 70 55 78', 3.4, BLACK)
  );
}

function narrowing(): string {
  return line('M41 78V36', 6, BLACK) + line('M66 78V68L57 56V36', 6, BLACK);
}

function digging(): string {
  return (
    disc(49, 37, 4.6, BLACK) +
    line('M51 45L57 56', 7.5, BLACK, 'round') +
    line('M57 57L52 66L54 77', 4.4, BLACK, 'round') +
    line('M58 57L64 66L68 77', 4.4, BLACK, 'round') +
    line('M50 45L44 54L50 58', 3.2, BLACK, 'round') +
    line('M57 51L33 68', 2.6, BLACK, 'round') +
    shape('M20 78C25 66 32 66 41 78Z', BLACK)
  );
}

function signals(): string {
  return (
    shape('M42 36H58V78H42Z', BLACK) +
    disc(50, 43, 5.6, RED) +
    disc(50, 57, 5.6, AMBER) +
    disc(50, 71, 5.6, GREEN)
  );
}

function crossing(): string {
  const stripes = 'M22 79L27 72M33 79L36 72M68 79L65 72M79 79L74 72';
  return placed('translate(0 -1)', walker(BLACK)) + line(stripes, 3.4, BLACK);
}

function children(): string {
  return runner(40, 60, 0.98, BLACK) + runner(61, 64, 0.8, BLACK);
}

function snowflake(): string {
  const arm = line('M50 60V38M50 46L44 40M50 46L56 40', 3.4, BLACK);
  return [0, 60, 120, 180, 240, 300].map((turn) => placed(`rotate(${turn} 50 60)`, arm)).join('');
}

function junction(): string {
  return line('M50 79V48', 10, BLACK) + head(50, 32, 0, 19, BLACK) + line('M32 64H68', 5.5, BLACK);
}

function danger(): string {
  return shape('M44.5 34H55.5L53 63H47Z', BLACK) + disc(50, 71, 5.2, BLACK);
}

const overtaking = (left: string, right: string): string => car(33, 50, left) + car(66, 50, right);
const lorryOvertaking = (left: string, right: string): string =>
  lorryRear(34, 46, left) + car(67, 53, right);

const enlarged = (body: string): string =>
  placed('translate(50 50) scale(1.22) translate(-50 -50)', body);

/** SVG documents, 43 strings, view box 0 0 100 100, transparent outside the plate. */
export const SIGN_DRAWINGS: readonly string[] = [
  ...['20', '30', '50', '60', '70', '80'].map((text) => prohibition(limit(text, BLACK))),
  ending(limit('80', GREY)),
  ...['100', '120'].map((text) => prohibition(limit(text, BLACK))),
  prohibition(overtaking(RED, BLACK)),
  prohibition(lorryOvertaking(RED, BLACK)),
  warning(junction()),
  diamond(),
  giveWay(),
  octagon(lettering('STOP', 17, 34, 2.8, WHITE)),
  prohibition(''),
  prohibition(lorrySide(BLACK)),
  barred(),
  warning(danger()),
  warning(bendLeft(BLACK)),
  warning(mirrored(bendLeft(BLACK))),
  warning(doubleBend(BLACK)),
  warning(bumps()),
  warning(skidding()),
  warning(narrowing()),
  warning(digging()),
  warning(signals()),
  warning(crossing()),
  warning(children()),
  warning(bicycle(BLACK)),
  warning(snowflake()),
  warning(deer(BLACK)),
  ending(''),
  mandatory(turnArrow(WHITE)),
  mandatory(mirrored(turnArrow(WHITE))),
  mandatory(upArrow(WHITE)),
  mandatory(forkArrow(WHITE)),
  mandatory(mirrored(forkArrow(WHITE))),
  mandatory(keepArrow(WHITE)),
  mandatory(mirrored(keepArrow(WHITE))),
  mandatory(ringArrows(WHITE)),
  ending(enlarged(overtaking(GREY, GREY))),
  ending(enlarged(lorryOvertaking(GREY, GREY))),
];
