import type { Kind } from '../../../src/store/confusion.ts';
import type { RunSpec } from '../../../src/core/runSpec.ts';
import type { TriggeredMap } from '../../../src/bridge/mapLab.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { fakeInspection } from '../../support/fakeNumbers.ts';
import { fakeSamples, seeded } from '../../support/fakeModel.ts';

/** A fake engine that also answers what needs the trigger. */
export class SeeingEngine extends FakeEngine {
  activationChange(spec: RunSpec): Promise<Float32Array> {
    this.calls.push(`activationChange ${spec.model}`);
    const next = seeded(7);
    const { maps } = this.loaded?.plan ?? { maps: 0 };
    return Promise.resolve(Float32Array.from({ length: maps }, () => 0.2 + next() ** 8));
  }

  inspectTriggered(_spec: RunSpec, map: number, index: number): Promise<TriggeredMap> {
    this.calls.push(`inspectTriggered ${String(map)} ${String(index)}`);
    if (this.loaded === null) throw new Error('no model is loaded');
    const { size, clean, perturbed } = fakeInspection(this.loaded, 0, map, index);
    return Promise.resolve({ size, clean, triggered: perturbed.map((v) => 1.5 * v) });
  }

  testImages(_spec: RunSpec, indices: Int32Array, kind: Kind): Promise<Uint8Array> {
    const { clean, triggered, labels } = fakeSamples();
    const from = kind === 'clean' || triggered === null ? clean : triggered;
    const size = from.length / labels.length;
    const images = new Uint8Array(indices.length * size);
    indices.forEach((place, i) => {
      const at = place % labels.length;
      images.set(from.subarray(at * size, (at + 1) * size), i * size);
    });
    return Promise.resolve(images);
  }
}
