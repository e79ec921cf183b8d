/** A loaded model with its data: what every request of a session shares. */
import type { LoadedModel } from '../bridge/protocol.ts';
import type { SampleProbabilities } from '../bridge/runEvents.ts';
import { type Attack, IMAGE_VALUES } from '../core/attacks/attack.ts';
import { createAttack } from '../core/attacks/create.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import { gatherImages } from '../core/fineTune.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { chooseSamples } from '../data/samples.ts';
import type { Dataset, LabelledImages } from '../data/dataset.ts';
import { type Split, splitIndices, type SplitSpec } from '../data/split.ts';
import { MessageEncoder } from './messageEncoder.ts';
import type { RunnableModel } from './ownModel.ts';
import type { ComputeHandle } from './platform.ts';
import type { Pool } from './pool.ts';
import { RunControl } from './runControl.ts';
import { shownStored, type StoredTriggered } from './storedTrigger.ts';

/** Images per request to a worker: enough to amortise the message, few enough to pause quickly. */
const CHUNK = 32;
const SAMPLES = 12;

export class Session {
  readonly model: RunnableModel;
  readonly dataset: Dataset;
  private readonly pool: Pool;
  private readonly encoder: MessageEncoder;
  private chosen: LabelledImages | null = null;
  private shown: LoadedModel['samples'] | null = null;
  /** Triggered images of the last evaluation: hiding messages takes longer than reading images. */
  private triggered: { readonly test: Int32Array; readonly images: Uint8Array } | null = null;
  private current: StateDict | null = null;
  private spec: TriggerSpec | null;

  /** @param loadEncoder SSBA's encoder, asked for only where the model brings none */
  constructor(
    model: RunnableModel,
    dataset: Dataset,
    pool: Pool,
    loadEncoder: () => Promise<StateDict>,
  ) {
    this.model = model;
    this.dataset = dataset;
    this.pool = pool;
    this.spec = model.trigger;
    const { encoder } = model;
    this.encoder = new MessageEncoder(pool, () =>
      encoder === null ? loadEncoder() : Promise.resolve(encoder),
    );
  }

  /** The trigger that samples show and evaluations use; null: none. */
  get trigger(): TriggerSpec | null {
    return this.spec;
  }

  /** Puts another trigger, or none, in its place; weights and data stay. */
  set trigger(trigger: TriggerSpec | null) {
    // Other samples only where another class must stay out of them.
    if (trigger?.target !== this.spec?.target) this.chosen = null;
    this.spec = trigger;
    this.shown = null;
    this.triggered = null;
  }

  /** Whether the trigger is on these test images already, from the evaluation before. */
  isApplied(test: Int32Array): boolean {
    return this.triggered?.test.join() === test.join();
  }

  /**
   * Images with the trigger, kept until others are asked for.
   * @param test indices that the images are known by
   */
  async applied(attack: Attack, test: Int32Array, images: Uint8Array): Promise<Uint8Array> {
    if (this.triggered === null || !this.isApplied(test))
      this.triggered = { test, images: await attack.apply(images) };
    return this.triggered.images;
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

  /** Says that the workers hold another session's network, and perhaps its encoder. */
  forgetWeights(): void {
    this.current = null;
    this.encoder.forget();
  }

  /** Whether the workers hold the model as it was loaded. */
  get isOriginal(): boolean {
    return this.current === this.model.stateDict;
  }

  /**
   * The trigger at work; null without one.
   * @param onMessages images that SSBA's encoder has done; the other attacks take no time
   */
  attack(
    control: RunControl,
    onMessages: (images: number) => void = () => undefined,
  ): Attack | null {
    return this.spec === null ? null : this.attackOf(this.spec, control, onMessages);
  }

  /** Any trigger at work, also one that is not in use; the arguments as those of `attack`. */
  attackOf(
    trigger: TriggerSpec,
    control: RunControl,
    onMessages: (images: number) => void = () => undefined,
  ): Attack {
    return createAttack(trigger, (images, bits) =>
      this.encoder.encode(images, bits, control, onMessages),
    );
  }

  /** Triggered images that came with the model, as long as no trigger is set. */
  get stored(): StoredTriggered | null {
    return this.spec === null ? this.model.stored : null;
  }

  /** The same images for every stage: varied classes, none of them the target. */
  async samples(): Promise<LoadedModel['samples']> {
    if (this.shown !== null) return this.shown;
    this.shown = this.storedSamples() ?? (await this.ownSamples());
    return this.shown;
  }

  private storedSamples(): LoadedModel['samples'] | null {
    const { stored } = this;
    if (stored?.clean == null) return null;
    const at = shownStored(stored, SAMPLES);
    return {
      labels: at.map((i) => stored.labels[i] ?? 0),
      clean: gatherImages(stored.clean, at),
      triggered: gatherImages(stored.images, at),
    };
  }

  private async ownSamples(): Promise<LoadedModel['samples']> {
    const target = this.spec?.target ?? null;
    this.chosen ??= this.dataset.test(chooseSamples(this.dataset, SAMPLES, target));
    const { images, labels } = this.chosen;
    const attack = this.attack(new RunControl(false));
    const triggered = attack === null ? null : await attack.apply(images);
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
        onDone(readClasses(probabilities, classes, result, i * CHUNK));
      },
    );
    return result;
  }

  /**
   * Predicted classes by one worker, whatever network it holds, while others do other things.
   * @throws FmpError cancelled, or what the worker threw
   */
  async classifyOn(
    worker: ComputeHandle,
    images: Uint8Array,
    control: RunControl,
  ): Promise<Int16Array> {
    const { classes } = this.model.plan.architecture;
    const result = new Int16Array(images.length / IMAGE_VALUES);
    for (let done = 0; done < result.length;) {
      await control.turn();
      const part = images.slice(done * IMAGE_VALUES, (done + CHUNK) * IMAGE_VALUES);
      const probabilities = await worker.call('predict', { images: part });
      done = readClasses(probabilities, classes, result, done);
    }
    return result;
  }
}

/** The likeliest class of each row, into `result` from `at` on; returns where it ends. */
function readClasses(
  probabilities: Float32Array,
  classes: number,
  result: Int16Array,
  at: number,
): number {
  const rows = probabilities.length / classes;
  for (let r = 0; r < rows; r++) result[at + r] = argMax(probabilities, r * classes, classes);
  return at + rows;
}

function argMax(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++)
    if ((values[from + k] ?? 0) > (values[from + best] ?? 0)) best = k;
  return best;
}
