/** From the loss of a worker or of the graphics device in a sweep to the next row. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { presetSpec } from '../../src/core/presets.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { readBytes } from '../../src/engine/node/files.ts';
import { connectThread, startThread } from '../../src/engine/node/threads.ts';
import type { Platform } from '../../src/engine/platform.ts';
import type { EngineOptions } from '../../src/engine/pool.ts';
import type { BenchCase, BenchOptions, Figures } from '../benchCase.ts';
import { startGpu } from '../gpu.ts';
import { median } from '../measure.ts';

const MODEL = 'signs-badnets';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The loss comes with this row. */
const LOST_AT = 8;

/** Seconds of one loss: until fresh workers have all they need, and until the next row. */
interface Loss {
  readonly ready: number;
  readonly row: number;
}

/** Sweeps, loses what computes and goes on; then the sweep is cancelled. */
async function loseOnce(
  platform: Platform,
  options: EngineOptions,
  lose: () => void,
): Promise<Loss> {
  const engine = new Engine(platform, options);
  await engine.load(MODEL);
  const base = presetSpec('lab', MODEL);
  const frg = { ...base.frg, steps: 1, eps: 32 / 255 };
  const spec: RunSpec = { ...base, frg, evaluation: { images: 1 } };
  const seen: { lostAt?: number; ready?: number; row?: number } = {};
  await engine
    .run(
      spec,
      (event) => {
        if (seen.row !== undefined) return;
        if (event.kind === 'recovered') seen.ready = event.seconds;
        if (event.kind !== 'frgRows') return;
        if (seen.lostAt !== undefined && seen.ready !== undefined) {
          seen.row = platform.now() - seen.lostAt;
          void engine.cancel();
        } else if (seen.lostAt === undefined && event.from >= LOST_AT) {
          seen.lostAt = platform.now();
          lose();
        }
      },
      'scored',
    )
    .catch(() => undefined);
  await engine.dispose();
  const { ready, row } = seen;
  if (ready === undefined || row === undefined)
    throw new Error('the sweep did not go on after the loss');
  return { ready, row };
}

const PLATFORM: Omit<Platform, 'spawn'> = {
  read: (path) => readBytes(ROOT, path.startsWith('data/') ? `public/${path}` : path),
  ...{ cores: availableParallelism(), wasmPath: wasmFolder(), allowSoftwareGpu: true },
  now: () => performance.now() / 1000,
};

function workerLoss(threads: number): Promise<Loss> {
  const started: Worker[] = [];
  const platform: Platform = {
    ...PLATFORM,
    spawn: () => {
      const thread = startThread();
      started.push(thread);
      return connectThread(thread);
    },
  };
  const lose = (): void => void started.at(-1)?.terminate();
  return loseOnce(platform, { backend: 'wasm', threads }, lose);
}

function deviceLoss(): Promise<Loss> {
  const platform: Platform = {
    ...PLATFORM,
    spawn: () => {
      throw new Error('the GPU computes in this thread');
    },
  };
  const lose = (): void => {
    (tf.backend() as unknown as { readonly device: GPUDevice }).device.destroy();
  };
  return loseOnce(platform, { backend: 'webgpu', local: new Compute().handlers }, lose);
}

async function measure(
  what: string,
  backend: string,
  { repeats }: BenchOptions,
  lose: () => Promise<Loss>,
): Promise<Figures> {
  const losses: Loss[] = [];
  for (let i = 0; i < repeats; i++) losses.push(await lose());
  const row = (name: string, of: keyof Loss): Figures['rows'][number] => {
    const values = losses.map((loss) => loss[of]);
    return { name, values, value: median(values), unit: 's', limit: null };
  };
  return {
    kind: 'figures',
    title: `${what} is lost in a sweep of ${MODEL}, 16 images, one step`,
    backend,
    notes: ['the rows so far are kept'],
    rows: [row('until fresh workers are ready', 'ready'), row('until the next row', 'row')],
  };
}

export const recovery: BenchCase = {
  name: 'recovery',
  title: 'Going on after a loss',
  run: async (options) => {
    const { threads, log } = options;
    const wasm = `WASM, ${threads} thread(s)`;
    const all = [await measure('a worker', wasm, options, () => workerLoss(threads))];
    const gpu = await startGpu(log);
    // A software GPU compiles for minutes after every loss.
    if (gpu !== null && !gpu.software)
      all.push(await measure('the device', `WebGPU, ${gpu.device}`, options, deviceLoss));
    return all;
  },
};
