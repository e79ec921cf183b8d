/**
 * Sums over the threads of a subgroup, where the device has `subgroups` and the self-test agrees:
 * `backend.ts` decides.
 */

/** WebGPU's largest subgroup, of an adapter that does not tell its own. */
export const LARGEST_SUBGROUP = 128;

let largest = 0;

/** @param size of the device's largest subgroup, in threads; 0: none are used */
export function allowSubgroups(size: number): void {
  largest = size;
}

/** The largest subgroup that kernels may meet; 0: they do without. */
export const largestSubgroup = (): number => largest;
