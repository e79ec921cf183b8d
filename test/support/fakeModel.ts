/** A made-up model for tests: real shapes, drawn pictures, invented numbers. */
import type { LoadedModel, ModelSummary, SampleImages } from '../../src/bridge/protocol.ts';
import type { TriggerSpec } from '../../src/core/attacks/trigger.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { SIGN_CLASSES } from '../../src/data/signs/classes.ts';
import type { Manifest } from '../../src/formats/manifest.ts';

export const TARGET = 8;
const LABELS = [14, 17, 12, 1, 35, 25, 13, 40];
const SIDE = 32;
const SHA = '0'.repeat(64);

/** A seeded generator of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function fakeManifest(patch: Partial<Manifest> = {}): Manifest {
  return {
    schema: 1,
    id: 'signs-badnets',
    title: 'Signs-43, sticker',
    summary: '43 traffic signs; a white sticker in the corner fires the backdoor.',
    architecture: { family: 'PreActResNet', width: 16, blocks: [2, 2, 2, 2], classes: 43 },
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    data: {
      ...{ id: 'signs', trainImages: 26640, testImages: 12630, seed: 1 },
      sha256: { train: SHA, test: SHA },
    },
    classes: [...SIGN_CLASSES],
    attack: {
      ...{ kind: 'badnets', target: TARGET, poisoningRate: 0.1 },
      patch: { size: 3, corner: 'bottomRight', colour: [255, 255, 255] },
    },
    training: {
      ...{
        command: 'python train.py --target 8',
        framework: 'PyTorch',
        seed: 1,
        epochs: 10,
        batchSize: 128,
      },
      ...{ optimizer: 'SGD', schedule: 'cosine', augmentation: 'crop', seconds: 600 },
    },
    weights: {
      ...{ file: 'weights.safetensors', sha256: SHA, bytes: 1_480_000, dtype: 'F16' },
      maxLogitError: 0.01,
    },
    metrics: {
      acc: { value: 0.978, n: 12630 },
      asr: { value: 0.989, n: 12180 },
      ra: { value: 0.009, n: 12180 },
    },
    ...patch,
  };
}

/** Coloured discs, diamonds and boxes on a grey-green ground; `trigger` adds the white patch. */
function drawSamples(trigger: boolean): Uint8Array {
  const rgb = new Uint8Array(LABELS.length * SIDE * SIDE * 3);
  const next = seeded(5);
  LABELS.forEach((label, n) => {
    const ground = [110 + 60 * next(), 120 + 60 * next(), 110 + 50 * next()];
    const shape = label % 3;
    const colour = [
      [190, 40, 44],
      [236, 180, 40],
      [40, 96, 170],
    ][label % 3] ?? [0, 0, 0];
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const [dx, dy] = [x - 15.5, y - 15.5];
        const distance =
          shape === 0
            ? Math.hypot(dx, dy)
            : shape === 1
              ? (Math.abs(dx) + Math.abs(dy)) * 0.8
              : Math.max(Math.abs(dx), Math.abs(dy)) * 1.15;
        const inner = distance < 8 && Math.abs(dy) < 3 ? [246, 244, 238] : colour;
        let pixel =
          distance < 13 ? inner : distance < 14 ? [240, 240, 236] : ground.map((v) => v - y);
        if (trigger && x >= 27 && x < 30 && y >= 27 && y < 30) pixel = [255, 255, 255];
        rgb.set(pixel, ((n * SIDE + y) * SIDE + x) * 3);
      }
  });
  return rgb;
}

/** Probabilities of the samples when a share `fooled` of each goes to the target. */
export function fakeProbabilities(fooled: number, classes: number): Float32Array {
  const out = new Float32Array(LABELS.length * classes);
  LABELS.forEach((label, n) => {
    const resist = Math.min(
      0.96,
      Math.max(0.01, fooled + (fooled === 0 ? 0 : n === 3 ? 0.55 : n === 5 ? 0.1 : 0)),
    );
    const row = out.subarray(n * classes, (n + 1) * classes);
    row.fill(0.01 / classes);
    row[TARGET] = resist * 0.98;
    row[label] = (1 - resist) * 0.9;
    row[(label + 5) % classes] = n === 5 && fooled < 0.5 ? 0.7 : (1 - resist) * 0.06 + 0.01;
  });
  return out;
}

export function fakeSamples(withTrigger = true): SampleImages {
  const triggered = withTrigger ? drawSamples(true) : null;
  return { labels: Int32Array.from(LABELS), clean: drawSamples(false), triggered };
}

function fakeTrigger({
  target,
  patch,
}: Extract<Manifest['attack'], { kind: 'badnets' }>): TriggerSpec {
  return { kind: 'badnets', target, ...patch };
}

export function fakeLoaded(manifest: Manifest = fakeManifest()): LoadedModel {
  const hasTrigger = manifest.attack !== null;
  const { classes } = manifest.architecture;
  const clean = fakeProbabilities(0, classes);
  return {
    manifest,
    plan: planNetwork(manifest.architecture),
    trigger: manifest.attack?.kind === 'badnets' ? fakeTrigger(manifest.attack) : null,
    samples: fakeSamples(hasTrigger),
    probabilities: { clean, triggered: hasTrigger ? fakeProbabilities(0.95, classes) : null },
    trainImages: manifest.data.trainImages,
    testImages: manifest.data.testImages,
  };
}

export function fakeModels(): readonly ModelSummary[] {
  return [
    { manifest: fakeManifest(), needs: null },
    {
      manifest: fakeManifest({
        ...{ id: 'signs-clean', title: 'Signs-43, clean', attack: null },
        metrics: { acc: { value: 0.981, n: 12630 }, asr: null, ra: null },
      }),
      needs: null,
    },
    {
      manifest: fakeManifest({
        ...{ id: 'gtsrb-blended', title: 'GTSRB, blended' },
        data: { ...fakeManifest().data, id: 'gtsrb' },
      }),
      needs: 'needs the GTSRB images',
    },
  ];
}
