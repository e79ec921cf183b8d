import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/bridge/runEvents.ts';
import { mapsInScope } from '../../../src/core/network/plan.ts';
import { Compute } from '../../../src/engine/compute.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { installGpu } from '../../../src/engine/node/gpu.ts';
import { TINY_PLAN } from '../../support/weights.ts';
import { recoveries } from '../mortal.ts';
import { frgRows, TINY_ID, tinyPlatform, tinySpec } from '../tinyModel.ts';
import { describeOnGpu } from './gpu.ts';

/** Two devices are started, and each has all shaders to compile. */
const TIMEOUT = 900_000;

describeOnGpu('a graphics device that is lost in the sweep', () => {
  it(
    'is asked for again, and the sweep goes on behind the rows so far',
    async () => {
      await installGpu();
      const local = new Compute().handlers;
      const options = { backend: 'webgpu', kernels: 'stock', local } as const;
      const engine = new Engine(await tinyPlatform(), options);
      const base = tinySpec();
      const frg = { ...base.frg, steps: 1, images: 1, maps: 'inner' as const };
      const spec = { ...base, frg, evaluation: { images: 1 } };
      const maps = mapsInScope(TINY_PLAN, 'inner');
      await engine.load(TINY_ID);
      const events: RunEvent[] = [];
      let lost = false;
      const listen = (event: RunEvent): void => {
        events.push(event);
        if (event.kind !== 'frgRows' || lost) return;
        lost = true;
        const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
        device.destroy();
      };
      await engine.run(spec, listen, 'scored');
      expect(recoveries(events)).toMatchObject([{ reason: 'deviceLost', from: 1 }]);
      const { from, predictions } = frgRows(events);
      expect(predictions).toHaveLength(maps.length);
      expect(from).toEqual(from.toSorted((a, b) => a - b));
      const seen = await engine.inspect(spec, 0.1, maps.at(-1) ?? 0, 0);
      expect(seen.predicted).toBe(predictions.at(-1));
      await engine.dispose();
    },
    TIMEOUT,
  );
});
