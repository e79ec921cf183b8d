import { expect, it } from 'vitest';
import type { Entry } from '../../src/data/archive/entry.ts';
import { find } from '../../src/data/readers/found.ts';
import { factsOfAsync } from '../support/facts.ts';

it('files that are held until all are read have a limit together', async () => {
  let read = 0;
  async function* entries(): AsyncGenerator<Entry> {
    for (const i of [1, 2, 3, 4])
      yield await Promise.resolve({
        path: `images-${String(i)}.bin`,
        bytes: (limit: number) => {
          read++;
          // Of untouched zeros, which take no memory.
          return Promise.resolve(new Uint8Array(limit));
        },
      });
  }
  expect(await factsOfAsync(() => find('cifar10', entries()))).toMatchObject({
    ...{ code: 'badData', field: 'images-3.bin', got: 'more than 1024 MB in all' },
  });
  expect(read).toBe(3);
});
