import type { EngineInfo } from '../bridge/engineInfo.ts';
import type { EngineApi, LoadedModel } from '../bridge/protocol.ts';
import { toWire } from '../core/errors.ts';
import type { NodeEngineOptions } from '../engine/node/engine.ts';
import type { Context } from './commands/command.ts';
import { loadModel, OWN_ID } from './loadModel.ts';
import type { ModelRequest } from './modelOptions.ts';

/** An engine with its loaded model. */
export interface Loaded {
  readonly engine: EngineApi;
  readonly model: LoadedModel;
  /** What the engine calls the model, for a run's spec. */
  readonly id: string;
}

/**
 * Loads the model, hands it to the job and gives the engine back, whatever happens. Ctrl-C cancels.
 * @returns null when it was cancelled
 */
export async function withModel<T>(
  request: ModelRequest,
  options: NodeEngineOptions,
  quiet: boolean,
  { terminal, createEngine }: Context,
  job: (loaded: Loaded) => Promise<T>,
): Promise<T | null> {
  const engine = await createEngine(options);
  const stop = new AbortController();
  const stopped = (): boolean => stop.signal.aborted;
  const release = terminal.onInterrupt(() => {
    stop.abort();
    // What already ended has nothing to cancel.
    for (const cancel of [engine.cancel(), engine.cancelOpen()]) cancel.catch(() => undefined);
  });
  try {
    if (!quiet) terminal.err(describeEngine(await engine.info()));
    const model = await loadModel(engine, request, quiet ? null : terminal);
    if (stopped()) return null;
    const { place } = request;
    const result = await job({ engine, model, id: place.kind === 'own' ? OWN_ID : place.id });
    return stopped() ? null : result;
  } catch (error) {
    if (stopped() || toWire(error).code === 'cancelled') return null;
    throw error;
  } finally {
    release();
    await engine.dispose();
  }
}

function describeEngine({ backend, device, skipped }: EngineInfo): string {
  const reasons = skipped.map((rung) => `${rung.backend} not used: ${rung.reason}\n`).join('');
  return `${reasons}${backend}: ${device}\n`;
}
