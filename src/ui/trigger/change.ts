import { count } from '../text/format.ts';

/** How many pixels a trigger changes and by how much at most, in words. */
export function changeText(clean: Uint8Array, triggered: Uint8Array): string {
  let [pixels, peak] = [0, 0];
  for (let i = 0; i < clean.length; i += 3) {
    let most = 0;
    for (let c = i; c < i + 3; c++)
      most = Math.max(most, Math.abs((triggered[c] ?? 0) - (clean[c] ?? 0)));
    if (most > 0) pixels++;
    peak = Math.max(peak, most);
  }
  if (pixels === 0) return 'This image stays as it is.';
  return `Changes ${count(pixels)} of ${count(clean.length / 3)} pixels of this image, by ${count(peak)} of 255 levels at most.`;
}
