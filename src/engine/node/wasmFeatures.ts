/**
 * Relaxed SIMD, for all threads of this process: Node 20 has it behind a flag, later ones have it anyway.
 * Imported before WASM is compiled.
 */
import { setFlagsFromString } from 'node:v8';

if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
