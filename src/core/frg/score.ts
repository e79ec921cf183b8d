/**
 * Scores of feature maps from what the network said of their FRG images. Everything here is plain
 * arithmetic on predicted classes, so a chart can re-score without running anything again.
 */
export type ScoreName = 'accuracy' | 'targetShare' | 'collapse';

/** In the place of a predicted class: this feature map was not scored on this image. */
export const UNASKED = -1;

/** Predicted classes of the FRG images: one row per scored feature map. */
export interface FrgTable {
  /** Global feature-map index of each row. */
  readonly maps: Int32Array;
  /** True class of each FRG image, [images]. */
  readonly labels: Int32Array;
  /** Predicted class, row-major [rows, images]; `UNASKED` where a row has fewer images. */
  readonly predictions: Int16Array;
  readonly classes: number;
  /** Rows filled so far, a prefix of `maps`; the table is complete when rows = maps.length. */
  readonly rows: number;
  /** As in `ReverseConfig`; absent: the perturbations are not smooth. */
  readonly smoothing?: number;
}

/** Share of row r's images still classified as their label, in [0, 1] (Algorithm 1, line 9). */
export function frgAccuracy(table: FrgTable): Float32Array {
  const { labels, predictions, rows } = table;
  const n = labels.length;
  return Float32Array.from({ length: rows }, (_, row) => {
    let correct = 0;
    let asked = 0;
    for (let i = 0; i < n; i++) {
      const k = predictions[row * n + i];
      if (k !== UNASKED) asked++;
      if (k === labels[i]) correct++;
    }
    return correct / asked;
  });
}

/**
 * S[row, k]: share of the images whose label is not k that are classified as k, row-major
 * [rows, classes], in [0, 1]; 0 where every image is of class k.
 */
export function classShares(table: FrgTable): Float32Array {
  const { labels, predictions, classes, rows } = table;
  const n = labels.length;
  const all = imagesOfOthers(labels, classes);
  const shares = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const begin = row * n;
    let asked = 0;
    for (let i = 0; i < n; i++) {
      const k = predictions[begin + i] ?? UNASKED;
      if (k === UNASKED) continue;
      asked++;
      if (k !== labels[i]) shares[row * classes + k] = (shares[row * classes + k] ?? 0) + 1;
    }
    const others =
      asked === n
        ? all
        : imagesOfOthers(
            labels.filter((_, i) => predictions[begin + i] !== UNASKED),
            classes,
          );
    for (let k = 0; k < classes; k++) {
      const count = others[k] ?? 0;
      shares[row * classes + k] = count > 0 ? (shares[row * classes + k] ?? 0) / count : 0;
    }
  }
  return shares;
}

/** For each class, how many images are of another one. */
function imagesOfOthers(labels: Int32Array, classes: number): Float64Array {
  const others = new Float64Array(classes).fill(labels.length);
  for (const label of labels) others[label] = (others[label] ?? 0) - 1;
  return others;
}

/** What the class shares say of the whole network: which class FRG images drift to. */
export interface Suspect {
  /** k* = argmax over k of the median of S[·, k] over the maps; ties by the mean, then lowest k. */
  readonly class: number;
  readonly medianShare: number;
  readonly runnerUp: { readonly class: number; readonly medianShare: number };
  /**
   * Mean share of k* minus the largest mean share of another class: the dominance test of a
   * backdoored network. Means, because medians over few images move in coarse steps.
   */
  readonly margin: number;
  /**
   * Share of the FRG images that the network still reads right: 1 − the sum of all mean shares,
   * which is a little low where few images are of other classes.
   */
  readonly right: number;
  /** False: no class dominates, so nothing is said of a target. */
  readonly dominant: boolean;
}

/**
 * At this margin a class is named. Where hardly an image is read right any more, all of them must be
 * read as something, and on clean networks, too, one class gets up to 0.16 more than the next
 * (docs/finding.md).
 */
export const DOMINANCE_MARGIN = 0.2;
/**
 * Where some images are still read right, a drift is telling sooner: clean networks stay below 0.04
 * there (docs/finding.md). A faint warp is seen only so.
 */
export const EARLY_MARGIN = 0.08;
/** Share of FRG images read right from which on `EARLY_MARGIN` is enough. */
export const EARLY_RIGHT = 0.1;

/**
 * Smooth perturbations are of few kinds: on a clean network, too, many maps drift to the same class, by
 * up to 0.53 more than to the next where hardly an image is read right (docs/finding.md).
 */
export const SMOOTH_MARGIN = 0.6;
/** While many images are still read right: clean networks lead by 0.11 at most there. */
export const SMOOTH_EARLY_MARGIN = 0.25;
/** Share of smooth FRG images read right from which on `SMOOTH_EARLY_MARGIN` is enough. */
export const SMOOTH_EARLY_RIGHT = 0.4;

/** From which margin on a class is named. @param smoothing of the perturbations */
export function neededMargin({ right }: Pick<Suspect, 'right'>, smoothing?: number): number {
  if (smoothing !== undefined)
    return right >= SMOOTH_EARLY_RIGHT ? SMOOTH_EARLY_MARGIN : SMOOTH_MARGIN;
  return right >= EARLY_RIGHT ? EARLY_MARGIN : DOMINANCE_MARGIN;
}

function median(sorted: Float32Array): number {
  const n = sorted.length;
  if (n === 0) return 0;
  const upper = sorted[n >> 1] ?? 0;
  return n % 2 === 1 ? upper : (upper + (sorted[(n >> 1) - 1] ?? 0)) / 2;
}

/** Median over the maps of each class's share, [classes]. `shares` is [rows, classes]. */
export function medianShares(shares: Float32Array, classes: number): Float32Array {
  const column = new Float32Array(classes === 0 ? 0 : shares.length / classes);
  const medians = new Float32Array(classes);
  for (let k = 0; k < classes; k++) {
    let none = 0;
    for (let r = 0; r < column.length; r++) {
      const share = shares[r * classes + k] ?? 0;
      column[r] = share;
      if (share === 0) none++;
    }
    // Most maps push nothing to most classes: a median of 0 needs no sorting.
    if (none <= column.length >> 1) medians[k] = median(column.sort());
  }
  return medians;
}

/** Mean over the maps of each class's share, [classes]. `shares` is [rows, classes]. */
export function meanShares(shares: Float32Array, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  shares.forEach((share, i) => (sums[i % classes] = (sums[i % classes] ?? 0) + share));
  // Divided once: shares of 1 have a mean of 1, not a little more.
  return sums.map((sum) => sum / (shares.length / classes));
}

/**
 * The suspected target class. Null when there are no rows or fewer than two classes.
 * @param smoothing of the perturbations
 */
export function findSuspect(
  shares: Float32Array,
  { classes, smoothing }: Pick<FrgTable, 'classes' | 'smoothing'>,
): Suspect | null {
  if (shares.length === 0 || classes < 2) return null;
  const medians = medianShares(shares, classes);
  const means = meanShares(shares, classes);
  const order = Array.from({ length: classes }, (_, k) => k).sort(
    (a, b) => (medians[b] ?? 0) - (medians[a] ?? 0) || (means[b] ?? 0) - (means[a] ?? 0) || a - b,
  );
  const [first = 0, second = 1] = order;
  const medianShare = medians[first] ?? 0;
  const runnerUp = { class: second, medianShare: medians[second] ?? 0 };
  const others = Math.max(...means.filter((_, k) => k !== first));
  const margin = (means[first] ?? 0) - others;
  const right = Math.max(0, 1 - means.reduce((a, b) => a + b, 0));
  const dominant = margin >= neededMargin({ right }, smoothing);
  return { class: first, medianShare, runnerUp, margin, right, dominant };
}

/**
 * Suspicion of each row, higher = pruned earlier: 1 − accuracy, S[·, k*], or max over k of S.
 * For `targetShare`, k* is the leading class even where it does not dominate.
 */
export function suspicion(table: FrgTable, score: ScoreName): Float32Array {
  if (score === 'accuracy') return frgAccuracy(table).map((accuracy) => 1 - accuracy);
  const shares = classShares(table);
  const { classes, rows } = table;
  const target = score === 'targetShare' ? (findSuspect(shares, table)?.class ?? 0) : null;
  return Float32Array.from({ length: rows }, (_, row) => {
    if (target !== null) return shares[row * classes + target] ?? 0;
    let top = 0;
    for (let k = 0; k < classes; k++) top = Math.max(top, shares[row * classes + k] ?? 0);
    return top;
  });
}
