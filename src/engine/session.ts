/** A loaded model with its data: what every request of a session shares. */
import type { LoadedModel, SampleProbabilities, TestPredictions } from '../bridge/protocol.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { gatherImages } from '../core/fineTune.ts';
import { accuracy, attackRates, type StageMetrics } from '../core/metrics.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { chooseSamples } from '../data/samples.ts';
import type { Dataset, LabelledImages } from '../data/dataset.ts';
import { type Split, splitIndices, type SplitSpec } from '../data/split.ts';
import type { OpenedModel } from '../formats/modelFolder.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';

/** Images per request to a worker: enough to amortise the message, few enough to pause quickly. */
const CHUNK = 32;
const SAMPLES = 12;

export class Session {
  readonly model: OpenedModel;
  readonly dataset: Dataset;
  private readonly pool: Pool;
  private chosen: LabelledImages | null = null;
  private current: StateDict | null = null;

  constructor(model: OpenedModel, dataset: Dataset, pool: Pool) {
    this.model = model;
    this.dataset = dataset;
    this.pool = pool;
  }

  split(spec: SplitSpec): Split {
    return splitIndices(this.dataset.trainCount, this.dataset.testCount, spec);
  }

  /** Makes these weights the current network of every worker; free where they already are. */
  async setWeights(weights: StateDict): Promise<void> {
    if (weights === this.current) return;
    this.current = null;
    const { plan, manifest } = this.model;
    await this.pool.setNetwork({ plan, weights, normalisation: manifest.normalisation });
    this.current = weights;
  }

  /** Whether the workers hold the model as it was loaded. */
  get isOriginal(): boolean {
    return this.current === this.model.stateDict;
  }

  /** The same images for every stage: varied classes, none of them the target. */
  samples(): LoadedModel['samples'] {
    if (this.chosen === null) {
      const target = this.model.attack?.target ?? null;
      this.chosen = this.dataset.test(chooseSamples(this.dataset, SAMPLES, target));
    }
    const { images, labels } = this.chosen;
    const triggered = this.model.attack?.apply(images) ?? null;
    return { labels, clean: images, triggered };
  }

  async probabilities(samples: LoadedModel['samples']): Promise<SampleProbabilities> {
    const predict = (images: Uint8Array): Promise<Float32Array> =>
      this.pool.first.call('predict', { images });
    return {
      clean: await predict(samples.clean),
      triggered: samples.triggered === null ? null : await predict(samples.triggered),
    };
  }

  /** Predicted classes of any number of images, spread over the workers. */
  async classify(
    images: Uint8Array,
    control: RunControl,
    onDone: (images: number) => void,
  ): Promise<Int16Array> {
    const { classes } = this.model.plan.architecture;
    const count = images.length / IMAGE_VALUES;
    const result = new Int16Array(count);
    await this.pool.inOrder(
      Math.ceil(count / CHUNK),
      control,
      (worker, i) => {
        const part = images.slice(i * CHUNK * IMAGE_VALUES, (i + 1) * CHUNK * IMAGE_VALUES);
        return worker.call('predict', { images: part });
      },
      (i, probabilities) => {
        const rows = probabilities.length / classes;
        for (let r = 0; r < rows; r++)
          result[i * CHUNK + r] = argMax(probabilities, r * classes, classes);
        onDone(i * CHUNK + rows);
      },
    );
    return result;
  }

  /** Acc, ASR and RA of the current network on the test set. */
  async evaluate(
    test: LabelledImages,
    control: RunControl,
    onProgress: (done: number, total: number) => void,
  ): Promise<{ metrics: StageMetrics; predictions: TestPredictions }> {
    const { attack } = this.model;
    const { images, labels } = test;
    const others = attack === null ? null : nonTarget(test, attack.target);
    const total = labels.length + (others?.labels.length ?? 0);
    const clean = await this.classify(images, control, (done) => {
      onProgress(done, total);
    });
    const acc = accuracy(clean, labels);
    if (attack === null || others === null)
      return {
        metrics: { acc, asr: null, ra: null },
        predictions: { clean, cleanLabels: labels, triggered: null, triggeredLabels: null },
      };
    const triggered = await this.classify(attack.apply(others.images), control, (done) => {
      onProgress(labels.length + done, total);
    });
    return {
      metrics: { acc, ...attackRates(triggered, others.labels, attack.target) },
      predictions: {
        ...{ clean, cleanLabels: labels },
        ...{ triggered, triggeredLabels: others.labels },
      },
    };
  }
}

/** The images whose true class is not the target. */
export function nonTarget(test: LabelledImages, target: number): LabelledImages {
  const kept = Int32Array.from(test.labels.keys()).filter((i) => test.labels[i] !== target);
  return {
    images: gatherImages(test.images, kept),
    labels: kept.map((i) => test.labels[i] ?? 0),
  };
}

function argMax(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++)
    if ((values[from + k] ?? 0) > (values[from + best] ?? 0)) best = k;
  return best;
}
