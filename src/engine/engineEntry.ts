/** The engine behind a worker's channel. */
import type { EngineContract } from '../bridge/engineContract.ts';
import { type Channel, serve } from '../bridge/rpc.ts';
import { browserPlatform } from './browser.ts';
import { Engine } from './engine.ts';

export function serveEngine(channel: Channel): void {
  let ready: (engine: Engine) => void;
  const engine = new Promise<Engine>((resolve) => (ready = resolve));
  serve<EngineContract>(channel, {
    start: ({ backend, kernels, baseUrl }) => {
      ready(new Engine(browserPlatform(baseUrl), { backend, kernels }));
      return Promise.resolve(null);
    },
    info: async () => (await engine).info(),
    models: async () => (await engine).models(),
    load: async ({ id }, emit) =>
      (await engine).load(id, (loaded, total) => {
        emit({ loaded, total });
      }),
    cancelLoad: async () => (await engine).cancelLoad(),
    run: async ({ spec, until, options }, emit) => (await engine).run(spec, emit, until, options),
    pause: async () => (await engine).pause(),
    resume: async () => (await engine).resume(),
    step: async () => (await engine).step(),
    cancel: async () => (await engine).cancel(),
    inspect: async ({ spec, eps, map, image }) => (await engine).inspect(spec, eps, map, image),
    setTrigger: async ({ trigger }) => (await engine).setTrigger(trigger),
    adopt: async ({ spec, sweep }) => (await engine).adopt(spec, sweep),
    accuracyCurve: async ({ order, counts }) => (await engine).accuracyCurve(order, counts),
    study: async ({ jobs }, emit) => (await engine).study(jobs, emit),
    activationChange: async ({ spec }) => (await engine).activationChange(spec),
    testImages: async ({ spec, indices, kind }) => (await engine).testImages(spec, indices, kind),
    suggestCut: async ({ spec, request }, emit) => (await engine).suggestCut(spec, request, emit),
    mapCurve: async ({ spec, map, eps }, emit) => (await engine).mapCurve(spec, map, eps, emit),
    inspectTriggered: async ({ spec, map, index }) =>
      (await engine).inspectTriggered(spec, map, index),
    tryTrigger: async ({ trigger, images }) => (await engine).tryTrigger(trigger, images),
    readImage: async ({ image }) => (await engine).readImage(image),
    lowFrequencyPattern: async ({ model }) => (await engine).lowFrequencyPattern(model),
    openData: async ({ name, files, clean }, emit) =>
      (await engine).openData(name, files, (read, total) => emit({ read, total }), clean),
    data: async () => (await engine).data(),
    forgetData: async ({ name }) => (await engine).forgetData(name),
    cancelOpen: async () => (await engine).cancelOpen(),
    openCheckpoint: async ({ files }, emit) =>
      (await engine).openCheckpoint(files, (read, total) => emit({ read, total })),
    useCheckpoint: async ({ choice }) => (await engine).useCheckpoint(choice),
    exportWeights: async ({ stage }) => (await engine).exportWeights(stage),
  });
}
