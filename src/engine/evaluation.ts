/** Acc, ASR and RA of the network that the workers hold. */
import type { TestPredictions } from '../bridge/runEvents.ts';
import { gatherImages } from '../core/fineTune.ts';
import { accuracy, attackRates, type StageMetrics } from '../core/metrics.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { someStored, storedRates } from './storedTrigger.ts';

export interface Evaluation {
  readonly metrics: StageMetrics;
  readonly predictions: TestPredictions;
}

/**
 * Acc, ASR and RA of the current network on images of the test set; without a trigger, on as many
 * of the stored triggered images where there are any.
 * @param test their indices
 */
export async function evaluate(
  session: Session,
  test: Int32Array,
  control: RunControl,
  onProgress: (done: number, total: number) => void,
): Promise<Evaluation> {
  const { images, labels } = session.dataset.test(test);
  const attacked = triggeredTest(session, test, { images, labels }, control, (done) => {
    onProgress(labels.length + done, total);
  });
  const before = labels.length + (attacked?.messages ?? 0);
  const total = before + (attacked?.labels.length ?? 0);
  const clean = await session.classify(images, control, (done) => {
    onProgress(done, total);
  });
  const acc = accuracy(clean, labels);
  if (attacked === null)
    return {
      metrics: { acc, asr: null, ra: null },
      predictions: { clean, cleanLabels: labels, triggered: null, triggeredLabels: null },
    };
  const triggered = await session.classify(await attacked.images(), control, (done) => {
    onProgress(before + done, total);
  });
  return {
    metrics: { acc, ...attacked.rates(triggered) },
    predictions: {
      ...{ clean, cleanLabels: labels },
      ...{ triggered, triggeredLabels: attacked.labels },
    },
  };
}

/** Test images without and with the trigger, ready to be classified again and again. */
export interface TestSet {
  readonly clean: LabelledImages;
  /** Null: there is no trigger. */
  readonly triggered: Uint8Array | null;
  /** @param triggered predictions; null without a trigger */
  readonly metrics: (clean: Int16Array, triggered: Int16Array | null) => StageMetrics;
}

/** The images that `evaluate` uses. @param test their indices @throws FmpError cancelled */
export async function testSet(
  session: Session,
  test: Int32Array,
  control: RunControl,
): Promise<TestSet> {
  const clean = session.dataset.test(test);
  const attacked = triggeredTest(session, test, clean, control, () => undefined);
  return {
    clean,
    triggered: attacked === null ? null : await attacked.images(),
    metrics: (seen, triggered) => {
      const acc = accuracy(seen, clean.labels);
      if (attacked === null || triggered === null) return { acc, asr: null, ra: null };
      return { acc, ...attacked.rates(triggered) };
    },
  };
}

/**
 * The same images, none of them of the target class, without and with the trigger.
 * @param test indices of test images; stored images are at most as many as these
 * @returns null without a trigger, or where nobody knows the stored images without it
 */
export async function triggerPairs(
  session: Session,
  test: Int32Array,
  control: RunControl,
): Promise<{ readonly clean: Uint8Array; readonly triggered: Uint8Array } | null> {
  const attack = session.attack(control);
  if (attack !== null) {
    const { images } = nonTarget(session.dataset.test(test), attack.target);
    return { clean: images, triggered: await attack.apply(images) };
  }
  if (session.stored === null) return null;
  const { clean, images } = someStored(session.stored, test.length);
  return clean === null ? null : { clean, triggered: images };
}

/** What ASR and RA are measured on. */
interface TriggeredTest {
  /** True classes. */
  readonly labels: Int32Array;
  /** Images in which SSBA's encoder has yet to hide its message. */
  readonly messages: number;
  readonly images: () => Promise<Uint8Array>;
  readonly rates: (predictions: Int16Array) => Pick<StageMetrics, 'asr' | 'ra'>;
}

function triggeredTest(
  session: Session,
  test: Int32Array,
  clean: LabelledImages,
  control: RunControl,
  onMessages: (images: number) => void,
): TriggeredTest | null {
  if (session.stored !== null) {
    const some = someStored(session.stored, test.length);
    const rates = (predictions: Int16Array) => storedRates(predictions, some);
    return { labels: some.labels, messages: 0, images: () => Promise.resolve(some.images), rates };
  }
  const attack = session.attack(control, onMessages);
  if (attack === null) return null;
  const { images, labels } = nonTarget(clean, attack.target);
  return {
    labels,
    messages: attack.id === 'ssba' && !session.isApplied(test) ? labels.length : 0,
    images: () => session.applied(attack, test, images),
    rates: (predictions) => attackRates(predictions, labels, attack.target),
  };
}

/** The images whose true class is not the target. */
function nonTarget(test: LabelledImages, target: number): LabelledImages {
  const kept = Int32Array.from(test.labels.keys()).filter((i) => test.labels[i] !== target);
  return {
    images: gatherImages(test.images, kept),
    labels: kept.map((i) => test.labels[i] ?? 0),
  };
}
