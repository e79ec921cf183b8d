/** 8-bit RGB pixels. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** uint8 RGB, row-major [height, width, 3]. */
  readonly data: Uint8Array;
}

/** A decoded image; whoever wants 32×32 resizes it. */
export interface DecodedImage extends RgbImage {
  /** uint8 [height, width]; absent where the format has no transparency. */
  readonly alpha?: Uint8Array;
}

/** Throws where an image of that size is not accepted. */
export type CheckSize = (width: number, height: number) => void;
