import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type CaseReport, page } from '../../bench/report.ts';

const report = (name: string, took: number): CaseReport => ({
  ...{ name, title: name.toUpperCase(), date: '2026-01-02', commit: 'abc1234', machine: 'one' },
  ...{ options: { peak: null, repeats: 5 }, took, results: [] },
});
const TITLES = ['A', 'B', 'C'];

it('a case that was not run here keeps its section, in its place', () => {
  const before = page(TITLES, [report('a', 1), report('b', 2), report('c', 3)], '');
  const after = page(TITLES, [report('b', 9)], before);
  expect(after).toBe(before.replace('took 2 s', 'took 9 s'));
  expect(page(TITLES, [], before)).toBe(before);
});

it('a case that is no longer there loses its section', () => {
  const before = page(TITLES, [report('a', 1), report('b', 2)], '');
  expect(page(['B'], [], before)).not.toContain('## A');
});

it('the page of this project stays as it is where nothing was run', () => {
  const now = readFileSync('bench/RESULTS.md', 'utf8');
  const titles = [...now.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title);
  expect(titles.length).toBeGreaterThan(5);
  expect(page(titles, [], now)).toBe(now);
});
