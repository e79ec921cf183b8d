/** Finished sweeps in .cache/finding, so that a recording that was stopped does not sweep again. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Swept } from '../../src/cli/knockOut.ts';
import { writeWhole } from '../../src/cli/resultFile.ts';
import { smoothnessOf } from '../../src/core/frg/bound.ts';
import type { FrgTable } from '../../src/core/frg/score.ts';

const stored = z.strictObject({
  eps: z.number(),
  smoothing: z.number().exactOptional(),
  classes: z.int(),
  maps: z.array(z.int()),
  labels: z.array(z.int()),
  predictions: z.array(z.int()),
});

const placeOf = (name: string): string =>
  fileURLToPath(new URL(`../../.cache/finding/${name}.json`, import.meta.url));

/** Null where there is none. @throws ZodError when the file is damaged */
export function storedSweep(name: string): Swept | null {
  const place = placeOf(name);
  if (!existsSync(place)) return null;
  const { eps, classes, ...read } = stored.parse(JSON.parse(readFileSync(place, 'utf8')));
  const table: FrgTable = {
    maps: Int32Array.from(read.maps),
    labels: Int32Array.from(read.labels),
    predictions: Int16Array.from(read.predictions),
    ...{ classes, rows: read.maps.length },
    ...smoothnessOf(read),
  };
  return { table, eps };
}

export function storeSweep(name: string, { table, eps }: Swept): void {
  const about = { eps, classes: table.classes, ...smoothnessOf(table) };
  const [maps, labels, predictions] = [[...table.maps], [...table.labels], [...table.predictions]];
  mkdirSync(dirname(placeOf(name)), { recursive: true });
  writeWhole(placeOf(name), JSON.stringify({ ...about, maps, labels, predictions }));
}
