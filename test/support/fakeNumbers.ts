/** Invented but deterministic results for the fake engine. */
import type { MapCurvePoint } from '../../src/bridge/mapLab.ts';
import type { LoadedModel, MapInspection } from '../../src/bridge/protocol.ts';
import type { RunEvent, RunResult, StageName } from '../../src/bridge/runEvents.ts';
import type { Suspect } from '../../src/core/frg/score.ts';
import { accuracy, attackRates } from '../../src/core/metrics.ts';
import { locateMap, type NetworkPlan } from '../../src/core/network/plan.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import type { ModelFacts } from '../../src/formats/modelFacts.ts';
import { fakeProbabilities, seeded } from './fakeModel.ts';

/** The class that the made-up attack calls; none where nobody knows of one. */
export function fakeTarget({ attack }: ModelFacts): number | null {
  return attack === null || attack === 'unknown' ? null : attack.target;
}

/** Predicted classes: most maps move few images, about one in sixty drags most to the target. */
export function fakeRows(
  plan: NetworkPlan,
  maps: Int32Array,
  labels: Int32Array,
  target: number | null,
  seed: number,
): Int16Array {
  const next = seeded(seed + 11);
  const rows = new Int16Array(maps.length * labels.length);
  maps.forEach((map, row) => {
    const { conv } = locateMap(plan, map);
    const crowd = 0.05 + 0.09 * Math.min(1, conv.order / 14) + 0.35 * next() ** 4;
    const hot = next() < 0.016 && conv.stage > 1 ? 0.45 + 0.5 * next() : 0;
    const pull = target === null ? 0.02 : Math.max(hot, crowd);
    labels.forEach((label, i) => {
      const other = Math.floor(next() * plan.architecture.classes);
      const drifts = next() < 0.06 ? other : label;
      rows[row * labels.length + i] = target !== null && next() < pull ? target : drifts;
    });
  });
  return rows;
}

const RATES: Readonly<Record<StageName, readonly [acc: number, asr: number, ra: number]>> = {
  backdoored: [0.978, 0.989, 0.009],
  pruned: [0.971, 0.042, 0.926],
  fineTuned: [0.976, 0.019, 0.954],
};

export function fakeStage(
  stage: StageName,
  manifest: ModelFacts,
): Extract<RunEvent, { kind: 'stage' }> {
  const [acc, asr, ra] = RATES[stage];
  const { classes } = manifest.architecture;
  const n = 2000;
  const target = fakeTarget(manifest);
  const next = seeded(3);
  const cleanLabels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const clean = Int16Array.from(cleanLabels, (label) =>
    next() < acc ? label : (label + 1) % classes,
  );
  const triggeredLabels = cleanLabels.filter((label) => label !== target);
  const triggered = Int16Array.from(triggeredLabels, (label) => {
    const draw = next();
    if (draw < asr) return target ?? 0;
    return draw < asr + ra ? label : (label + 3) % classes;
  });
  const attack = target === null ? null : attackRates(triggered, triggeredLabels, target);
  const fooled = { backdoored: 0.95, pruned: 0.06, fineTuned: 0.02 }[stage];
  return {
    ...{ kind: 'stage', stage },
    metrics: {
      acc: accuracy(clean, cleanLabels),
      asr: attack?.asr ?? null,
      ra: attack?.ra ?? null,
    },
    predictions: {
      ...{ clean, cleanLabels },
      triggered: target === null ? null : triggered,
      triggeredLabels: target === null ? null : triggeredLabels,
    },
    probabilities: {
      clean: fakeProbabilities(0, classes),
      triggered: target === null ? null : fakeProbabilities(fooled, classes),
    },
  };
}

export function fakeResult(
  spec: RunSpec,
  eps: number,
  manifest: ModelFacts,
  suspect: Suspect | null,
): RunResult {
  const summary = (stage: StageName): RunResult['stages']['pruned'] => {
    const { metrics } = fakeStage(stage, manifest);
    return {
      acc: metrics.acc.value,
      asr: metrics.asr?.value ?? null,
      ra: metrics.ra?.value ?? null,
      nClean: metrics.acc.n,
      nTriggered: metrics.asr?.n ?? 0,
    };
  };
  return {
    spec,
    stages: {
      backdoored: summary('backdoored'),
      pruned: summary('pruned'),
      fineTuned: summary('fineTuned'),
    },
    suspectedTarget:
      suspect?.dominant !== true
        ? null
        : {
            class: suspect.class,
            medianShare: suspect.medianShare,
            runnerUp: suspect.runnerUp.medianShare,
          },
    pruned: { count: 12, perLayer: {} },
    frg: {
      ...{ seconds: 38, maps: 1200, images: spec.frg.images, steps: spec.frg.steps, eps },
      ...{ gflops: 21, backend: 'wasm', threads: 2 },
    },
    fineTune: { seconds: 20, epochs: spec.fineTune.epochs },
  };
}

/** A map that keeps its images right up to some eps and then loses them to the target. */
export function fakeCurvePoint(
  map: number,
  eps: number,
  images: number,
  target: number,
): MapCurvePoint {
  const turn = 4 + (map % 7) * 6;
  const share = Math.round(images / (1 + Math.exp(-(eps * 255 - turn) / 3))) / images;
  const lost = eps === 0 ? 0 : share;
  return {
    ...{ eps, accuracy: 1 - lost, share: lost, topClass: target, change: eps * 40 },
    predictions: Int16Array.from({ length: images }, (_, i) => (i < lost * images ? target : 1)),
  };
}

function fakeKernel(
  { plan }: LoadedModel,
  map: number,
  next: () => number,
): MapInspection['kernel'] {
  const { inChannels: channels, kernel: side } = locateMap(plan, map).conv;
  const data = Float32Array.from({ length: side * side * channels }, () => next() - 0.5);
  return { data, height: side, width: side, channels };
}

export function fakeInspection(
  loaded: LoadedModel,
  eps: number,
  map: number,
  image: number,
): MapInspection {
  const next = seeded(map + 1);
  const size = locateMap(loaded.plan, map).conv.outSize;
  const bump = (x: number, y: number): number =>
    Math.exp(-((x - 0.82) ** 2 + (y - 0.82) ** 2) * 40);
  const clean = Float32Array.from({ length: size * size }, () => next() * 0.3);
  const perturbed = clean.map((v, i) => v + bump((i % size) / size, Math.floor(i / size) / size));
  const pixels = 32 * 32;
  const at = image % loaded.samples.labels.length;
  const picture = loaded.samples.clean.slice(at * pixels * 3, (at + 1) * pixels * 3);
  const perturbation = Float32Array.from({ length: pixels * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return eps * (next() < 0.5 ? -1 : 1) * (0.3 + 0.7 * bump((pixel % 32) / 32, pixel / 1024));
  });
  return {
    ...{ map, size, clean, perturbed, image: picture, perturbation },
    result: picture.map((v, i) => Math.max(0, Math.min(255, v + 255 * (perturbation[i] ?? 0)))),
    label: loaded.samples.labels[at] ?? 0,
    predicted: fakeTarget(loaded.manifest) ?? loaded.samples.labels[at] ?? 0,
    probability: 0.94,
    kernel: fakeKernel(loaded, map, next),
  };
}
