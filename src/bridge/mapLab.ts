/** What can be asked about one feature map: its kernel, its curve over eps, the trigger on it. */

/** The filter of one output channel as the loaded model has it. */
export interface MapKernel {
  /** Row-major [height, width, channels]. */
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Input channels. */
  readonly channels: number;
}

/** FRG of one feature map at one eps, over all FRG images of the spec. */
export interface MapCurvePoint {
  /** Pixels in [0, 1]; at 0 the images are the clean ones. */
  readonly eps: number;
  /** Share of the FRG images still classified as their label, in [0, 1]. */
  readonly accuracy: number;
  /** The class to which most images of other classes drift; the lowest one on ties. */
  readonly topClass: number;
  /** Share of the images of other classes that are classified as it, in [0, 1]. */
  readonly share: number;
  /**
   * Mean |f(x') − f(x)| over images and positions, in standard deviations of f(x) over the same;
   * null for a map that is the same everywhere.
   */
  readonly change: number | null;
  /** Predicted class of each FRG image: what a sweep at this eps has in the map's row. */
  readonly predictions: Int16Array;
}

/** What the knock-out test is asked; see `core/frg/knockOut.ts`. */
export interface CutRequest {
  /** Of the sweep that ranked the maps; pixels in [0, 1]. */
  readonly eps: number;
  /** Global feature-map indices, most suspicious first. */
  readonly order: Int32Array;
  /** The suspected class. */
  readonly suspect: number;
}

/** One feature map on a shown sample, without and with the trigger, each [size, size]. */
export interface TriggeredMap {
  /** Side of the square map, pixels. */
  readonly size: number;
  readonly clean: Float32Array;
  readonly triggered: Float32Array;
}
