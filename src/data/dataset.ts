/** Images with their true classes. */
export interface LabelledImages {
  /** uint8 RGB, row-major [n, 32, 32, 3]. */
  readonly images: Uint8Array;
  /** True classes, [n]. */
  readonly labels: Int32Array;
}

/** A training and a test set of 32×32 RGB images, read by index in any order. */
export interface Dataset {
  /** As in a model's manifest: `signs`, `gtsrb`, `cifar10`, `cifar100`. */
  readonly id: string;
  readonly classes: number;
  readonly trainCount: number;
  readonly testCount: number;
  /** Whether a mirrored image keeps its class, so that flips may augment it. */
  readonly mirrors: boolean;
  /** Classes that people know best, shown first; may be empty. */
  readonly showcase: readonly number[];
  /** Images of [0, trainCount), in the order asked for. @throws RangeError */
  train(indices: Int32Array): LabelledImages;
  /** Images of [0, testCount), in the order asked for. @throws RangeError */
  test(indices: Int32Array): LabelledImages;
}
