/** The page's FRG has the terminal's numbers, whose core is compared with PyTorch's in test/core. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { readRunFile } from '../../src/store/runFile.ts';
import { link, open, runToEnd } from './app.ts';

interface NodeTable {
  readonly maps: readonly number[];
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
}

test('every prediction of a sweep is the one that Node makes', async ({ page }) => {
  await open(page, link({ steps: '3', epochs: '0' }));
  await runToEnd(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'File' }).click();
  await page.getByRole('menuitem', { name: /^Run/ }).click();
  const { table, spec } = readRunFile(readFileSync(await (await download).path(), 'utf8'));
  expect(table.rows).toBe(480);

  const script = 'test/browser/nodeSweep.ts';
  const printed = execFileSync(process.execPath, ['--import', 'tsx', script, JSON.stringify(spec)]);
  const node = JSON.parse(printed.toString()) as NodeTable;
  expect([...table.maps]).toEqual(node.maps);
  expect([...table.labels]).toEqual(node.labels);
  // FRG moved images at all, or there would be nothing to compare.
  const moved = node.predictions.filter((predicted, i) => predicted !== node.labels[i % 2]);
  expect(moved.length).toBeGreaterThan(20);
  expect([...table.predictions]).toEqual(node.predictions);
});
