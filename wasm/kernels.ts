/**
 * The convolutions of our own on WASM, in AssemblyScript. They work on the memory of tfjs's WASM
 * backend: tensors are pointers, multiples of 4, to float32, channels last. No data and no stack of
 * its own. `setEpilogue` says what the next call does to its sums.
 */
export { adjointFilter } from './adjointFilter';
export { affine, channelSums, channelSumsScratchBytes } from './channels';
export { setEpilogue } from './epilogue';
export { filterGradient, filterGradientScratchBytes } from './filterGradient';
export {
  convolveGathered,
  gatheredFilterBytes,
  gatheredScratchBytes,
  transformGathered,
} from './gathered';
export { convolvePhases, phaseFilterBytes, phaseScratchBytes, transformPhases } from './phases';
export { convolveWinograd, winogradScratchBytes } from './winograd';
export { transformWinograd, winogradFilterBytes } from './winogradFilter';
export { winogradGradient, winogradGradientScratchBytes } from './winogradGradient';
