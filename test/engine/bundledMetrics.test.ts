import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineApi } from '../../src/bridge/protocol.ts';
import { type Rate, type StageMetrics } from '../../src/core/metrics.ts';
import { presetSpec } from '../../src/core/presets.ts';
import { createNodeEngine } from '../../src/engine/node/engine.ts';
import { parseManifest } from '../../src/formats/manifest.ts';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

/**
 * Test images of each network: the full width takes 16 times as long. `npm run models:verify`
 * recomputes the cards on all of them.
 */
const IMAGES = [
  ['signs-badnets', 1000],
  ['signs-blended', 1000],
  ['signs-clean', 1000],
  ['signs-badnets-w64', 100],
] as const;

let engine: EngineApi;
beforeAll(async () => {
  engine = await createNodeEngine({ backend: 'wasm', modelsDir: MODELS });
});
afterAll(() => engine.dispose());

/** Metrics of the network as loaded on that many test images. */
async function measure(model: string, images: number): Promise<StageMetrics> {
  const spec = { ...presetSpec('lab', model), evaluation: { images } };
  const seen: StageMetrics[] = [];
  await engine.run(
    { ...spec, control: 'fineTuneOnly' },
    (event) => {
      if (event.kind === 'stage') seen.push(event.metrics);
    },
    'scored',
  );
  const [metrics] = seen;
  if (metrics === undefined) throw new Error('nothing was measured');
  return metrics;
}

/** The card's share must be what a sample of this size can come from: five standard errors. */
function expectFrom(sample: Rate | null, card: { readonly value: number } | null): void {
  if (card === null) {
    expect(sample).toBeNull();
    return;
  }
  const n = sample?.n ?? 0;
  const spread = Math.sqrt((card.value * (1 - card.value)) / n);
  expect(Math.abs((sample?.value ?? 0) - card.value)).toBeLessThan(5 * spread + 1 / n);
}

it.each(IMAGES)(
  '%s reads %i images as its card says',
  async (id, images) => {
    const text = readFileSync(`${MODELS}${id}/manifest.json`, 'utf8');
    const { metrics } = parseManifest(JSON.parse(text));
    const measured = await measure(id, images);
    expectFrom(measured.acc, metrics.acc);
    expectFrom(measured.asr, metrics.asr);
    expectFrom(measured.ra, metrics.ra);
  },
  120_000,
);
