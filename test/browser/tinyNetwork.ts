/** A network of 26 feature maps in the place of the bundled ones, for adapters that are slow. */
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { planNetwork } from '../../src/core/network/plan.ts';
import { SIGN_CLASSES } from '../../src/data/signs/classes.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { MANIFEST } from '../support/manifest.ts';
import { randomWeights, TINY_PLAN } from '../support/weights.ts';

export const TINY_MAPS = TINY_PLAN.maps;

/** Serves it as the only model; its id is in the link to use. */
export async function serveTiny(page: Page): Promise<string> {
  const architecture = { ...TINY_PLAN.architecture, classes: SIGN_CLASSES.length };
  const weights = writeSafetensors(randomWeights(planNetwork(architecture)));
  const manifest = {
    ...{ ...MANIFEST, architecture, classes: [...SIGN_CLASSES] },
    weights: {
      ...{ ...MANIFEST.weights, bytes: weights.length },
      sha256: createHash('sha256').update(weights).digest('hex'),
    },
  };
  const files: Readonly<Record<string, string | Buffer>> = {
    'index.json': JSON.stringify({ models: [manifest.id] }),
    [`${manifest.id}/manifest.json`]: JSON.stringify(manifest),
    [`${manifest.id}/${manifest.weights.file}`]: Buffer.from(weights),
  };
  for (const [path, body] of Object.entries(files))
    await page.route(`**/models/${path}`, (route) => route.fulfill({ body }));
  return manifest.id;
}
