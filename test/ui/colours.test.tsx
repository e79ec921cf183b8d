/** The colours of the data roles under simulated colour blindness, and the shapes that back them. */
import { readFileSync } from 'node:fs';
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
  wcagLuminance,
  type Color,
} from 'culori';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Glyph, type GlyphName } from '../../src/ui/controls/Glyph.tsx';

const CSS = readFileSync('src/ui/styles/tokens.css', 'utf8');
const DARK = ":root[data-theme='dark']";

/** Values of the custom properties of one block, by name. */
function tokens(block: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g), ([, name, value]) => [
      name ?? '',
      value ?? '',
    ]),
  );
}

const THEMES = {
  light: tokens(CSS.slice(0, CSS.indexOf('@media'))),
  dark: tokens(CSS.slice(CSS.indexOf(DARK))),
};
/** Light and dark alone: the grey of equal luminance. */
function grey(seen: Color): Color {
  const light = wcagLuminance(seen);
  return { mode: 'lrgb', r: light, g: light, b: light };
}

const VISIONS = {
  deuteranopia: filterDeficiencyDeuter(1),
  protanopia: filterDeficiencyProt(1),
  tritanopia: filterDeficiencyTrit(1),
  achromatopsia: grey,
};
type Theme = keyof typeof THEMES;
type Vision = keyof typeof VISIONS;
const ROLES = ['kept', 'cut', 'tie', 'fix', 'eye', 'ghost'] as const;
type Role = (typeof ROLES)[number];
/** The shape that stands for each role wherever its colour does. */
const SHAPES: Readonly<Record<Role, GlyphName>> = {
  ...{ kept: 'kept', cut: 'cut', tie: 'tie', fix: 'fixed', eye: 'carries', ghost: 'other' },
};
/** Above this, two colours beside each other are told apart at a glance. */
const CLEAR = 10;

const between = differenceCiede2000();
const PAIRS = ROLES.flatMap((a, i) => ROLES.slice(i + 1).map((b) => [a, b] as const));

function colour(theme: Theme, name: string): Color {
  const found = parse(THEMES[theme].get(name) ?? '');
  if (found === undefined) throw new Error(`tokens.css has no --${name} in ${theme}`);
  return found;
}

function distance(theme: Theme, vision: Vision, a: Role, b: Role): number {
  const see = VISIONS[vision];
  return between(see(colour(theme, `${a}-mark`)), see(colour(theme, `${b}-mark`)));
}

/** The geometry of a glyph, without its colours. */
function shape(role: Role): string {
  return renderToStaticMarkup(<Glyph name={SHAPES[role]} />).replaceAll(/var\([^)]*\)/g, '');
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(['deuteranopia', 'protanopia', 'tritanopia'] as const)(
    'pruned and kept maps differ in colour with %s',
    (vision) => {
      expect(distance(theme, vision, 'kept', 'cut')).toBeGreaterThan(CLEAR);
    },
  );

  it.each(Object.keys(VISIONS) as Vision[])('nothing rests on colour alone with %s', (vision) => {
    const alike = PAIRS.filter(([a, b]) => distance(theme, vision, a, b) < CLEAR);
    for (const [a, b] of alike) expect(shape(a), `${a} and ${b}`).not.toBe(shape(b));
    // Without colour vision nearly all pairs are alike: the check above has something to check.
    if (vision === 'achromatopsia') expect(alike.length).toBeGreaterThan(5);
  });

  it('marks stand out from the page by 3 : 1, words by 4.5 : 1', () => {
    for (const role of ROLES)
      for (const [end, least] of [
        ['mark', role === 'tie' && theme === 'light' ? 1 : 3],
        ['text', 4.5],
      ] as const)
        expect(
          wcagContrast(colour(theme, `${role}-${end}`), colour(theme, 'page')),
          `${role}-${end}`,
        ).toBeGreaterThanOrEqual(least);
    // Amber is too light for the page: its dark edge is what one sees.
    expect(wcagContrast(colour(theme, 'tie-edge'), colour(theme, 'page'))).toBeGreaterThan(3);
  });
});

it('all shapes of the roles differ from one another', () => {
  expect(new Set(ROLES.map(shape)).size).toBe(ROLES.length);
});
