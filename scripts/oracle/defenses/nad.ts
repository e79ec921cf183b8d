/** Attention of student and teacher, the distillation loss, and its gradients. */
import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../../../src/core/defenses/batches.ts';
import {
  attention,
  attentionLayers,
  attentionLoss,
  attentionTaps,
} from '../../../src/core/defenses/nad.ts';
import { tidyAsync } from '../../../src/core/memory.ts';
import { layerValues } from '../../../src/core/network/forward.ts';
import { lossAndGradients } from '../../../src/core/network/trainNetwork.ts';
import { checkStateDict } from '../../../src/formats/stateDict.ts';
import { type CheckResult, near, skip, worstOf } from '../check.ts';
import { type Checks, imageTensor, type OracleContext, withNetwork } from '../context.ts';
import { networkLogits } from '../forward.ts';
import { atSomeRounding, batchOf, LOSS, nearGradient, withTrainNetwork } from './common.ts';

const FILE = 'defenses/nad.safetensors';
const TEACHER = 'finetune/final_wd.safetensors';
const GRADIENTS = 'student.grad.';

interface Nad {
  /** By place, in order; the last is the pooled features. */
  readonly betas: Readonly<Record<string, number>>;
  readonly cross_entropy: number;
  readonly attention_terms_unweighted: Readonly<Record<string, number>>;
  readonly loss: number;
}

/** What one step with attention terms sees and gives, on the host. */
interface Step {
  readonly loss: number;
  readonly logits: Float32Array;
  /** By place, then that of the pooled features. */
  readonly student: readonly Float32Array[];
  readonly teacher: readonly Float32Array[];
  readonly terms: readonly number[];
  /** By PyTorch name, in its layout. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export async function* nadChecks(context: OracleContext): Checks {
  const { folder } = context;
  if (!folder.has(TEACHER)) {
    yield skip('nad', `the folder has no ${TEACHER}, which is the teacher`);
    return;
  }
  const golden = folder.json('defenses/nad.json') as Nad;
  const betas = Object.values(golden.betas);
  const teacher = checkStateDict(folder.tensors(TEACHER), context.plan);
  const { pixels } = batchOf(context);
  const logits = await withNetwork(context, teacher, (network) => networkLogits(network, pixels));
  const taught = folder.floats(FILE, 'teacher.logits');
  yield near('nad: logits of the teacher', logits, taught, context.outputs);
  yield* await atSomeRounding(context, async (batch) =>
    stepChecks(context, golden, await distil(context, teacher, batch, betas.slice(0, -1))),
  );
}

/** @param step on the batch of the folder */
function stepChecks({ folder, outputs }: OracleContext, golden: Nad, step: Step): CheckResult[] {
  const places = Object.keys(golden.betas);
  const betas = Object.values(golden.betas);
  const floats = (name: string): Float32Array => folder.floats(FILE, name);
  const maps = (who: 'student' | 'teacher'): CheckResult =>
    worstOf(
      `nad: attention of the ${who}`,
      places.map((place, i) =>
        near(place, step[who][i] ?? [], floats(`${who}.attention.${place}`), outputs),
      ),
    );
  const terms = Object.values(golden.attention_terms_unweighted);
  const loss = step.terms.reduce((sum, term, i) => sum + term * (betas[i] ?? NaN), step.loss);
  const names = [...folder.tensors(FILE).keys()].filter((name) => name.startsWith(GRADIENTS));
  return [
    near('nad: logits of the student', step.logits, floats('student.logits'), outputs),
    maps('student'),
    maps('teacher'),
    near('nad: attention terms', step.terms, terms, { abs: LOSS.abs / Math.max(...betas) }),
    near('nad: losses', [step.loss, loss], [golden.cross_entropy, golden.loss], LOSS),
    worstOf(
      'nad: gradients',
      names.map((key): CheckResult => {
        const name = key.slice(GRADIENTS.length);
        return nearGradient(name, step.gradients.get(name) ?? [], floats(key));
      }),
    ),
  ];
}

function distil(
  context: OracleContext,
  teacher: OracleContext['weights'],
  { pixels, labels }: Batch,
  betas: readonly number[],
): Promise<Step> {
  const layers = attentionLayers(context.plan);
  const last = context.plan.layers.length - 1;
  return withNetwork(context, teacher, (taught) =>
    withTrainNetwork(context, (network) =>
      tidyAsync(async () => {
        const x = imageTensor(pixels, 0, pixels.length);
        const taps = attentionTaps(taught, x, betas);
        const seen = new Map<number, tf.Tensor4D>();
        const watched = new Map(
          [...taps].map(([layer, tap]) => [
            layer,
            (value: tf.Tensor4D) => {
              seen.set(layer, tf.clone(value));
              return tap(value);
            },
          ]),
        );
        const y = tf.tensor1d(labels, 'int32');
        const same = <T>(sums: T): T => sums;
        const step = await lossAndGradients(network, x, y, labels.length, same, { taps: watched });
        const own = [...layers, last].map((layer) => seen.get(layer) as tf.Tensor4D);
        const given = layerValues(taught, x, [...layers, last], false).values;
        const student = withPooled(own).map(attention);
        const teachers = withPooled(given).map(attention);
        const read = async (t: tf.Tensor): Promise<Float32Array> => t.data<'float32'>();
        const all = (list: readonly tf.Tensor[]) => Promise.all(list.map(read));
        const terms = student.map((map, i) => attentionLoss(map, teachers[i] as tf.Tensor2D));
        const gradients = [...step.gradients].map(async ([name, g]) => {
          return [name, await read(asTorch(g))] as const;
        });
        return {
          loss: (await read(step.loss))[0] ?? NaN,
          logits: await read(step.logits),
          student: await all(student),
          teacher: await all(teachers),
          terms: (await all(terms)).map(([term = NaN]) => term),
          gradients: new Map(await Promise.all(gradients)),
        };
      }),
    ),
  );
}

/** The last value pooled. */
function withPooled(values: readonly tf.Tensor4D[]): tf.Tensor4D[] {
  return values.map((value, i) =>
    i === values.length - 1 ? tf.mean<tf.Tensor4D>(value, [1, 2], true) : value,
  );
}

function asTorch(held: tf.Tensor): tf.Tensor {
  if (held.rank === 4) return tf.transpose(held, [3, 2, 0, 1]);
  return held.rank === 2 ? tf.transpose(held) : held;
}
