/** Loss and gradients of a reversed trigger, two steps of Adam, and the outlier test. */
import { adamStep, adamVector } from '../../../src/core/defenses/adam.ts';
import { testOutliers } from '../../../src/core/defenses/outliers.ts';
import { bounded, triggerGradients } from '../../../src/core/defenses/reversedTrigger.ts';
import type { EvalNetwork } from '../../../src/core/network/evalNetwork.ts';
import { type CheckResult, near, same, skip } from '../check.ts';
import { type Checks, imageTensor, type OracleContext, withNetwork } from '../context.ts';
import { networkLogits } from '../forward.ts';
import { reluTies } from '../ties.ts';
import { atSomeRounding, LOSS, nearGradient } from './common.ts';

const FILE = 'defenses/nc.safetensors';
const BOUNDED = { abs: 1e-5 };
const AFTER_ADAM = { abs: 1e-3 };
/** Of the largest gradient: below it Adam's first steps follow rounding. */
const SIGN_FROM = 1e-5;
const DETECTION = { abs: 1e-5, rel: 1e-5 };

interface Nc {
  readonly target: number;
  readonly c: number;
  readonly adam: { readonly lr: number; readonly betas: readonly number[]; readonly eps: number };
  readonly losses: readonly {
    readonly loss: number;
    readonly cross_entropy: number;
    readonly l1: number;
  }[];
  readonly detection: {
    readonly l1_norms: readonly number[];
    readonly lower_median: number;
    readonly mad_scaled: number;
    readonly anomaly_index: readonly number[];
    readonly flagged: readonly number[];
  };
}

export async function* ncChecks(context: OracleContext): Checks {
  const { folder } = context;
  const golden = folder.json('defenses/nc.json') as Nc;
  yield* detectionChecks(golden.detection);
  const maskTanh = folder.floats(FILE, 'mask_tanh');
  const patternTanh = folder.images(FILE, 'pattern_tanh');
  yield near('nc: mask', bounded(maskTanh), folder.floats(FILE, 'mask'), BOUNDED);
  yield near('nc: pattern', bounded(patternTanh), folder.images(FILE, 'pattern'), BOUNDED);
  yield* await withNetwork(context, context.weights, (network) =>
    atSomeRounding(context, async ({ pixels }) => {
      const logits = await networkLogits(network, stamped(pixels, maskTanh, patternTanh));
      const stampedLogits = near(
        'nc: logits',
        logits,
        folder.floats(FILE, 'logits'),
        context.outputs,
      );
      return [stampedLogits, ...(await searchChecks(context, network, golden, pixels))];
    }),
  );
}

/** Images with the trigger, float32. */
function stamped(pixels: Float32Array, mask: Float32Array, pattern: Float32Array): Float32Array {
  const [m, p] = [bounded(mask), bounded(pattern)];
  return pixels.map((value, i) => {
    const share = m[Math.floor((i % p.length) / 3)] ?? 0;
    return (1 - share) * value + share * (p[i % p.length] ?? 0);
  });
}

/** The steps of Adam that the folder has. */
async function searchChecks(
  { folder }: OracleContext,
  network: EvalNetwork,
  { adam: { lr, betas, eps }, c, losses, target }: Nc,
  pixels: Float32Array,
): Promise<CheckResult[]> {
  const adam = { learningRate: lr, beta1: betas[0] ?? NaN, beta2: betas[1] ?? NaN, eps };
  const mask = adamVector(folder.floats(FILE, 'mask_tanh').slice());
  const pattern = adamVector(folder.images(FILE, 'pattern_tanh').slice());
  const slopes = {
    mask: folder.floats(FILE, 'grad.mask_tanh'),
    pattern: folder.images(FILE, 'grad.pattern_tanh'),
  };
  const found: CheckResult[] = [];
  const x = imageTensor(pixels, 0, pixels.length);
  for (const [i, { loss, cross_entropy: entropy, l1 }] of losses.entries()) {
    const vectors = { mask: mask.values, pattern: pattern.values };
    const tied = await tiedImages(network, stamped(pixels, vectors.mask, vectors.pattern));
    const g = await triggerGradients(network, x, target, vectors, c);
    const step = `step ${String(i + 1)}`;
    found.push(
      near(`nc ${step}: losses`, [g.loss, g.crossEntropy, g.norm], [loss, entropy, l1], LOSS),
    );
    if (i === 0)
      found.push(
        nearGradient('nc: gradient at the mask', g.mask, slopes.mask),
        nearGradient('nc: gradient at the pattern', g.pattern, slopes.pattern),
      );
    adamStep(mask, g.mask, i + 1, adam);
    adamStep(pattern, g.pattern, i + 1, adam);
    const after = `after_step_${String(i + 1)}`;
    const masks = folder.floats(FILE, `mask_tanh.${after}`);
    const patterns = folder.images(FILE, `pattern_tanh.${after}`);
    const checks = [
      nearWhereSure(`nc ${step}: mask after Adam`, mask.values, masks, slopes.mask),
      nearWhereSure(`nc ${step}: pattern after Adam`, pattern.values, patterns, slopes.pattern),
    ];
    // Adam divides by the size of a gradient, and the folder has none but the first.
    const why = `${String(tied)} images at ReLU ties, which float32 does not decide`;
    const undecided = ({ name, status }: CheckResult): CheckResult | null =>
      i > 0 && tied > 0 && status === 'fail' ? skip(name, why) : null;
    found.push(...checks.map((check) => undecided(check) ?? check));
  }
  x.dispose();
  return found;
}

async function tiedImages(network: EvalNetwork, images: Float32Array): Promise<number> {
  const x = imageTensor(images, 0, images.length);
  const ties = await reluTies(network, null, x);
  x.dispose();
  return ties.filter(Boolean).length;
}

/** Only where the gradient is more than rounding. */
function nearWhereSure(
  name: string,
  got: Float32Array,
  golden: Float32Array,
  gradient: Float32Array,
): CheckResult {
  const largest = gradient.reduce((top, g) => Math.max(top, Math.abs(g)), 0);
  const sure = (_: number, i: number): boolean => Math.abs(gradient[i] ?? 0) > SIGN_FROM * largest;
  return near(name, got.filter(sure), golden.filter(sure), AFTER_ADAM);
}

function* detectionChecks(golden: Nc['detection']): Generator<CheckResult, void, void> {
  const { median, deviation, index, flagged } = testOutliers(golden.l1_norms);
  const expected = [golden.lower_median, golden.mad_scaled];
  yield near('nc: median and deviation', [median, deviation], expected, DETECTION);
  yield near('nc: anomaly index', index, golden.anomaly_index, DETECTION);
  yield same(
    'nc: flagged',
    flagged.toSorted((a, b) => a - b),
    golden.flagged.toSorted((a, b) => a - b),
  );
}
