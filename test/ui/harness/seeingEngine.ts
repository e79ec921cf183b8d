import type { Kind } from '../../../src/store/confusion.ts';
import type { RunSpec } from '../../../src/core/runSpec.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { fakeSamples, seeded } from '../../support/fakeModel.ts';

/** A fake engine that also answers what needs the trigger. */
export class SeeingEngine extends FakeEngine {
  activationChange(spec: RunSpec): Promise<Float32Array> {
    this.calls.push(`activationChange ${spec.model}`);
    const next = seeded(7);
    const { maps } = this.loaded?.plan ?? { maps: 0 };
    return Promise.resolve(Float32Array.from({ length: maps }, () => 0.2 + next() ** 8));
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
