/** What hiding a message costs an image, measured again. */
import type { EngineApi, LoadedModel, OracleApi } from '../src/bridge/protocol.ts';
import { redraw } from '../src/core/attacks/redraw.ts';
import type { TriggerSpec } from '../src/core/attacks/trigger.ts';
import { presetSpec } from '../src/core/presets.ts';

/** Images with the same message; the card has one for each. */
const BATCH = 20;
const IMAGE = 32 * 32 * 3;
/** Decibels: other messages than the card's, and other images where its set is larger. */
export const PSNR_BOUND = 0.15;

/** Peak signal-to-noise ratio of each image, decibels. Both are uint8 [n, 32, 32, 3]. */
export function psnrs(clean: Uint8Array, encoded: Uint8Array): number[] {
  return Array.from({ length: clean.length / IMAGE }, (_, image) => {
    let sum = 0;
    for (let i = image * IMAGE; i < (image + 1) * IMAGE; i++)
      sum += ((clean[i] ?? 0) - (encoded[i] ?? 0)) ** 2;
    return 10 * Math.log10(255 ** 2 / Math.max(sum / IMAGE, 1e-12));
  });
}

/** Mean PSNR over the first test images of the model's data set, with random messages. */
export async function encoderPsnr(
  engine: EngineApi & OracleApi,
  { manifest }: LoadedModel,
  trigger: TriggerSpec,
  images: number,
): Promise<{ readonly value: number; readonly n: number }> {
  const spec = { ...presetSpec('lab', manifest.id), evaluation: { images } };
  const all: number[] = [];
  for (let start = 0; start < images; start += BATCH) {
    const count = Math.min(BATCH, images - start);
    const indices = Int32Array.from({ length: count }, (_, i) => start + i);
    const clean = await engine.testImages(spec, indices, 'clean');
    all.push(...psnrs(clean, await engine.tryTrigger(redraw(trigger, start), clean.slice())));
  }
  return { value: all.reduce((sum, value) => sum + value, 0) / all.length, n: all.length };
}
