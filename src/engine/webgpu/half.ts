/**
 * 16-bit products in our convolutions, where the device has `shader-f16` and someone asks for them
 * (`--kernels half`). They are off otherwise: see bench/NOTES.md.
 */
let allowed = false;
let inside = false;

/** Whether `halved` does anything. */
export function allowHalf(on: boolean): void {
  allowed = on;
}

/** Whether the convolutions that are asked for now may take 16-bit products. */
export const isHalf = (): boolean => allowed && inside;

/** Convolutions asked for by `body` take 16-bit products, if that is allowed. */
export function halved<T>(body: () => T): T {
  const before = inside;
  inside = true;
  try {
    return body();
  } finally {
    inside = before;
  }
}
