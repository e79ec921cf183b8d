/** Fine-tuning that ends early, on a tiny network. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunEvent, RunResult } from '../../src/bridge/runEvents.ts';
import type { FineTuneSpec } from '../../src/core/runSpec.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { TINY_ID, tinyEngine, tinySpec } from './tinyModel.ts';

type Epoch = Extract<RunEvent, { kind: 'epoch' }>;

interface Outcome {
  readonly hits: readonly number[];
  readonly result: RunResult;
  readonly weights: Uint8Array;
}

let engine: Engine;
beforeAll(async () => {
  engine = await tinyEngine();
  await engine.load(TINY_ID);
});
afterAll(() => engine.dispose());

async function tuned(changes: Partial<FineTuneSpec>): Promise<Outcome> {
  const base = tinySpec();
  const epochs: Epoch[] = [];
  const result = await engine.run(
    { ...base, fineTune: { ...base.fineTune, learningRate: 0.3, ...changes } },
    (event) => {
      if (event.kind === 'epoch') epochs.push(event);
    },
  );
  if (result === null) throw new Error('the run did not come to its end');
  const { weights } = await engine.exportWeights('fineTuned');
  return { hits: epochs.map(({ validation }) => validation.hits), result, weights };
}

it('ends after so many epochs without a gain, with the weights of the best', async () => {
  const all = await tuned({ epochs: 7 });
  expect(all.hits).toHaveLength(7);
  expect(all.result.fineTune.epochs).toBe(7);
  const early = await tuned({ epochs: 7, patience: 2 });
  const { hits } = early;
  expect(hits).toEqual(all.hits.slice(0, hits.length));
  expect(hits.length).toBeLessThan(7);
  expect(early.result.fineTune.epochs).toBe(hits.length);
  const best = hits.indexOf(Math.max(...hits));
  expect(hits.length - 1 - best).toBe(2);
  expect(early.weights).not.toEqual(all.weights);
  const patient = await tuned({ epochs: 7, patience: 7 });
  expect(patient.hits).toEqual(all.hits);
  // Both end with the same epoch's weights: nothing better came after the stop.
  expect(Math.max(...all.hits)).toBe(hits[best]);
  expect(patient.weights).toEqual(early.weights);
});
