/** How much one call of a compute worker does: maps × images, sized by how long calls take. */
import { IMAGE_CHANNELS, IMAGE_SIZE, type NetworkPlan } from '../core/network/plan.ts';

/** Seconds that one call should take: long enough to be worth it, short enough to stop. */
const SHORT = 0.05;
const LONG = 0.2;

/**
 * Bytes of the largest tensor of a GPU's call. More are no faster, and this much every device takes:
 * it is WebGPU's default of `maxStorageBufferBindingSize` and half that of `maxBufferSize`.
 */
const TENSOR_BYTES = 2 ** 27;
const FLOAT_BYTES = 4;
/** On WASM: with fewer, the kernels' blocks of 24 tiles are not full in the last stage. */
const LEAST_IMAGES = 8;

/** Several feature maps only where each is done on all its images. */
export interface CallSize {
  readonly maps: number;
  readonly images: number;
}

export interface CallLimits {
  /** Of one feature map. */
  readonly images: number;
  /** Maps × images at most. */
  readonly most: number;
  /** Images that a call is not cut below because it takes long. */
  readonly least: number;
  /** Memory was too small for all images: what feature maps share is kept of one part only. */
  readonly alone: boolean;
}

/**
 * @param gpu calls are dear and work is not: several maps a call. Else one map at most, which
 * workers share out among them
 * @param room maps × images that memory has not been found too small for
 */
export function callLimits(
  gpu: boolean,
  plan: NetworkPlan,
  images: number,
  room: number,
): CallLimits {
  const most = Math.min(room, gpu ? mostOnGpu(plan) : images);
  return { images, most, least: Math.min(most, gpu ? 1 : LEAST_IMAGES), alone: room < images };
}

/** Images, of all feature maps of a call together, whose largest layer is one tensor of a GPU. */
function mostOnGpu({ convs }: NetworkPlan): number {
  const layers = convs.map(({ outSize, outChannels }) => outSize ** 2 * outChannels);
  const values = Math.max(IMAGE_SIZE ** 2 * IMAGE_CHANNELS, ...layers);
  return Math.max(1, Math.floor(TENSOR_BYTES / (values * FLOAT_BYTES)));
}

/** A map on all its images, if there is room. */
export function firstCall({ images, most }: CallLimits): CallSize {
  return { maps: 1, images: Math.min(images, most) };
}

/** What the next call does, from how long the last one of this size took. */
export function nextCall(size: CallSize, seconds: number, limits: CallLimits): CallSize {
  if (seconds > LONG) return smaller(size, limits);
  return seconds < SHORT ? larger(size, limits) : size;
}

function smaller({ maps, images }: CallSize, { least }: CallLimits): CallSize {
  if (maps > 1) return { maps: Math.floor(maps / 2), images };
  return { maps, images: Math.max(least, Math.ceil(images / 2)) };
}

function larger(size: CallSize, { images, most }: CallLimits): CallSize {
  if (size.images < images) return { maps: 1, images: Math.min(images, most, 2 * size.images) };
  return 2 * size.maps * images <= most ? { maps: 2 * size.maps, images } : size;
}

/** Every number of maps that calls on all images may have. */
export function mapCounts({ images, most }: CallLimits): number[] {
  const counts = [1];
  for (let maps = 2; maps * images <= most; maps *= 2) counts.push(maps);
  return counts;
}

/** `count` images in parts of at most `size`, from `first` on. */
export function imageParts(first: number, count: number, size: number): [number, number][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => [
    first + i * size,
    first + Math.min(count, (i + 1) * size),
  ]);
}
