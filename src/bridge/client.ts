/** The engine as the page sees it: `EngineApi` over a worker. */
import { workerChannel } from './channel.ts';
import type { EngineContract } from './engineContract.ts';
import type { BackendChoice } from './engineInfo.ts';
import type { EngineApi, OracleApi } from './protocol.ts';
import { RpcClient } from './rpc.ts';

export interface ConnectOptions {
  readonly backend: BackendChoice;
}

/** Starts the engine's worker. Every request rejects with FmpError if it dies. */
export function connectEngine({ backend }: ConnectOptions): EngineApi & OracleApi {
  const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' });
  const client = new RpcClient<EngineContract>(workerChannel(worker));
  const baseUrl = new URL(import.meta.env.BASE_URL, document.baseURI).href;
  // Before the hash, which belongs to links: `?kernels=stock` is for those who compare.
  const asked = new URLSearchParams(location.search).get('kernels');
  const kernels = asked === 'stock' || asked === 'half' ? asked : 'own';
  const started = client.call('start', { backend, kernels, baseUrl });
  // Later requests report the failure; this one has no caller.
  started.catch(() => undefined);
  return {
    info: () => client.call('info', null),
    models: () => client.call('models', null),
    load: (id, onBytes) =>
      client.call('load', { id }, ({ loaded, total }) => onBytes?.(loaded, total)),
    cancelLoad: () => client.call('cancelLoad', null),
    run: (spec, onEvent, until = 'fineTuned', options = {}) =>
      client.call('run', { spec, until, options }, onEvent),
    pause: () => client.call('pause', null),
    resume: () => client.call('resume', null),
    step: () => client.call('step', null),
    cancel: () => client.call('cancel', null),
    inspect: (spec, eps, map, image) => client.call('inspect', { spec, eps, map, image }),
    mapCurve: (spec, map, eps, onPoint) => client.call('mapCurve', { spec, map, eps }, onPoint),
    accuracyCurve: (order, counts) => client.call('accuracyCurve', { order, counts }),
    suggestCut: (spec, request, onPoint = () => undefined) =>
      client.call('suggestCut', { spec, request }, onPoint),
    setTrigger: (trigger) => client.call('setTrigger', { trigger }),
    adopt: (spec, sweep) => client.call('adopt', { spec, sweep }),
    study: (jobs, onEvent) => client.call('study', { jobs }, onEvent),
    activationChange: (spec) => client.call('activationChange', { spec }),
    testImages: (spec, indices, kind) => client.call('testImages', { spec, indices, kind }),
    inspectTriggered: (spec, map, index) => client.call('inspectTriggered', { spec, map, index }),
    tryTrigger: (trigger, images) => client.call('tryTrigger', { trigger, images }),
    readImage: (image) => client.call('readImage', { image }),
    lowFrequencyPattern: (model) => client.call('lowFrequencyPattern', { model }),
    openData: (name, files, onProgress, clean = []) =>
      client.call('openData', { name, files, clean }, ({ read, total }) =>
        onProgress?.(read, total),
      ),
    data: () => client.call('data', null),
    forgetData: (name) => client.call('forgetData', { name }),
    cancelOpen: () => client.call('cancelOpen', null),
    openCheckpoint: (files, onProgress) =>
      client.call('openCheckpoint', { files }, ({ read, total }) => onProgress?.(read, total)),
    useCheckpoint: (choice) => client.call('useCheckpoint', { choice }),
    exportWeights: (stage) => client.call('exportWeights', { stage }),
    dispose: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
