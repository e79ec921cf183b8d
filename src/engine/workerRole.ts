/** What a worker of the page is for. All are started from one script, which holds tfjs once. */

/** Name of the workers that compute; the one without a name is the engine. */
const COMPUTE = 'fmp-compute';

/** Whether this worker computes. */
export const isCompute = (): boolean => self.name === COMPUTE;

/** Starts this worker's script once more, to compute. */
export const startCompute = (): Worker =>
  new Worker(self.location.href, { type: 'module', name: COMPUTE });
