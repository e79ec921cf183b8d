import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { drawStudy, wrapped } from '../../src/ui/compare/StudyFigure.tsx';

const FIGURE = {
  title: 'Neural Cleanse and FMP leave the fewest images fooled: 0.0\u00a0%.',
  lines: ['Signs, sticker · Oracle view · 2 epochs', 'recorded 2026-11-22 on AMD EPYC'],
  caption: 'A dot is a seed.',
  facts: [
    ['view', 'oracle'],
    ['p', '16'],
  ],
  charts: ['Acc', 'ASR', 'RA'].map((name) => ({
    ...{ name, what: 'of test images' },
    draw: (width: number) => <svg {...{ width, height: 200 }} />,
  })),
  height: 200,
} as const;

it('has its title, settings, charts, caption and licence in one drawing', () => {
  const svg = renderToStaticMarkup(drawStudy(FIGURE));
  expect(svg).toContain(`<title>${FIGURE.title}</title><desc>view: oracle; p: 16</desc>`);
  expect(svg.match(/<svg/g)).toHaveLength(4);
  for (const text of [...FIGURE.lines, FIGURE.caption, 'FMP Lab, MIT licence', 'ASR, of test'])
    expect(svg).toContain(text);
  const [, height = 0] = /width="1200" height="(\d+)"/.exec(svg) ?? [];
  const lowest = Math.max(...[...svg.matchAll(/<text[^>]* y="(\d+)"/g)].map(([, y]) => Number(y)));
  expect(lowest).toBeLessThan(Number(height));
});

it('gives one chart more room, and breaks a long title between words', () => {
  const long = 'A word after another, '.repeat(12).trim();
  const svg = renderToStaticMarkup(
    drawStudy({ ...FIGURE, title: long, charts: FIGURE.charts.slice(0, 1) }),
  );
  expect(svg).toContain('width="720" height="200"');
  expect(svg.match(/class="fig-t"/g)?.length).toBeGreaterThan(2);
  expect(wrapped(long, 30).every((line) => line.length <= 30)).toBe(true);
  expect(wrapped(long, 30).join(' ')).toBe(long);
});
