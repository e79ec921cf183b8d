import { fileURLToPath } from 'node:url';
import type { EngineApi } from '../bridge/protocol.ts';
import type { NodeEngineOptions } from '../engine/node/engine.ts';

/** How commands get an engine; tests pass one that needs no arithmetic. */
export type CreateEngine = (options: NodeEngineOptions) => Promise<EngineApi>;

/** Folder of the bundled models. */
export const MODELS_DIR = fileURLToPath(new URL('../../models/', import.meta.url));

/** The engine of this process, loaded when it is needed: help and bad input need none. */
export const nodeEngine: CreateEngine = async (options) => {
  const { createNodeEngine } = await import('../engine/node/engine.ts');
  return createNodeEngine(options);
};
