import { expect, it } from 'vitest';
import { createApp } from '../../src/store/app.ts';
import { fingerprint } from '../../src/store/fingerprint.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

async function printOf(hash: string): Promise<string | null> {
  const app = createApp(new FakeEngine(), { hash });
  await app.boot();
  await app.run.start('scored');
  const table = app.feed.snapshot();
  return table === null ? null : fingerprint(table);
}

it('is equal for equal seeds, another for another, and none before the end', async () => {
  const first = await printOf('#/?images=8');
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  expect(await printOf('#/?images=8')).toBe(first);
  expect(await printOf('#/?images=8&seed=1')).not.toBe(first);
  const maps = Int32Array.of(0, 1);
  const labels = Int32Array.of(3);
  const predictions = Int16Array.of(3, 4);
  expect(fingerprint({ maps, labels, predictions, classes: 5, rows: 1 })).toBeNull();
  // Computed apart, in Python, from the same definition.
  expect(fingerprint({ maps, labels, predictions, classes: 5, rows: 2 })).toBe('a7739900');
});
