/** One tfjs backend at work: answers the compute contract, one tensor operation at a time. */
import * as tf from '@tensorflow/tfjs-core';
import type { Handlers } from '../bridge/rpc.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import {
  compileEncoder,
  disposeEncoder,
  type Encoder,
  encodeMessage,
} from '../core/attacks/encoder.ts';
import { FmpError } from '../core/errors.ts';
import { toBytes } from '../core/augment.ts';
import { fineTune, type Shard, WHOLE } from '../core/fineTune.ts';
import { tidy } from '../core/memory.ts';
import { compileNetwork, disposeNetwork, type EvalNetwork } from '../core/network/evalNetwork.ts';
import { logits } from '../core/network/forward.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { StopRule, type Verdict } from '../core/stopRule.ts';
import { type BackendOptions, renewBackend, startBackend, type StartedBackend } from './backend.ts';
import type { ComputeContract, FineTuneEvent } from './computeContract.ts';
import { defend } from './defend.ts';
import { FrgPasses } from './frgPasses.ts';
import { curveOf, inspectOne, tapImages } from './mapOps.ts';
import { guardMemory } from './memoryGuard.ts';
import { activationChanges, batchTensor, partRight, FORWARD_BATCH } from './networkOps.ts';
import { nextTask } from './nextTask.ts';
import { rehearse } from './rehearsal.ts';
import { destroyFreeBuffers } from './webgpu/submission.ts';

/** Within an epoch. */
const GOES_ON: Verdict = { keep: false, end: false };

export class Compute {
  private network: EvalNetwork | null = null;
  private readonly frg = new FrgPasses();
  private encoder: Encoder | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private generation = 0;
  private deliver: ((sums: Float32Array) => void) | null = null;
  private refuse: ((error: FmpError) => void) | null = null;
  private loss = newLoss();

  /** The handlers to serve, or to call directly in the same thread. */
  readonly handlers: Handlers<ComputeContract> = {
    start: (options) => this.start(options),
    setNetwork: ({ plan, weights, normalisation }) =>
      this.exclusive(() => {
        const next = compileNetwork(plan, weights, normalisation);
        this.frg.set(null);
        if (this.network !== null) disposeNetwork(this.network);
        this.network = next;
        // Another network has tensors of other sizes.
        destroyFreeBuffers();
        return Promise.resolve(null);
      }),
    warmUp: (request, emit) =>
      this.exclusive(async (alive) => {
        await rehearse(this.needNetwork(), request, alive, (done, total) => {
          emit({ done, total });
        });
        return null;
      }),
    predict: ({ images }) => this.exclusive((alive) => this.predict(images, alive)),
    setFrgImages: (images) =>
      this.exclusive(() => {
        this.frg.set(images);
        return Promise.resolve(null);
      }),
    frg: (request) =>
      this.exclusive((alive) => this.frg.classes(this.needNetwork(), request, alive)),
    reverse: ({ map, config }) =>
      this.exclusive((alive) => this.frg.reversed(this.needNetwork(), map, config, alive)),
    inspect: (params) => this.exclusive(() => inspectOne(this.needNetwork(), params)),
    mapCurve: (request) => this.exclusive((alive) => curveOf(this.needNetwork(), request, alive)),
    tapMap: (request) => this.exclusive(() => tapImages(this.needNetwork(), request)),
    activationChange: ({ clean, triggered }) =>
      this.exclusive((alive) => this.activationChange(clean, triggered, alive)),
    setEncoder: ({ weights }) =>
      this.exclusive(() => {
        if (this.encoder !== null) disposeEncoder(this.encoder);
        this.encoder = weights === null ? null : compileEncoder(weights);
        return Promise.resolve(null);
      }),
    encode: ({ images, bits }) => this.exclusive((alive) => this.encode(images, bits, alive)),
    fineTune: ({ input, validation, shard }, emit) =>
      this.exclusive(async (alive, check) => {
        const sum = this.summer(emit, check);
        const alone: Shard = { ...WHOLE, reduce: (sums) => alive().then(() => sums) };
        const sharded: Shard = {
          ...shard,
          reduce: (sums) => alive().then(() => reduced(sums, sum)),
        };
        const rule = new StopRule(input.spec);
        let kept: StateDict | null = null;
        for await (const step of fineTune(input, shard.count > 1 ? sharded : alone)) {
          const right =
            step.weights === null ? 0 : await partRight(input, step.weights, validation, shard);
          // Also a gate: the engine answers sums when it is not paused.
          const [loss = 0, hits = 0] = await sum(Float32Array.of(step.loss, right));
          // All workers know the same hits, so they end together.
          const { keep, end } = step.weights === null ? GOES_ON : rule.after(hits);
          if (keep) kept = step.weights;
          const weights = end && shard.index === 0 ? kept : null;
          emit({ kind: 'step', step: { ...step, loss, weights }, hits });
          await alive();
          if (end) break;
        }
        return null;
      }),
    reduced: ({ sums }) => {
      this.deliver?.(sums);
      return Promise.resolve(null);
    },
    defend: (params, emit) => this.exclusive((alive) => defend(params, emit, alive)),
    abort: () => {
      this.generation++;
      this.refuse?.(cancelled());
      return Promise.resolve(null);
    },
  };

  /**
   * Runs after everything asked before. `check` throws once aborted; `alive` lets messages in before
   * it does.
   */
  private exclusive<T>(
    body: (alive: () => Promise<void>, check: () => void) => Promise<T>,
  ): Promise<T> {
    const born = this.generation;
    const check = (): void => {
      if (this.generation !== born) throw cancelled();
    };
    const alive = async (): Promise<void> => {
      await nextTask();
      check();
    };
    const { promise: lost } = this.loss;
    const work = (): Promise<T> => guardMemory(() => body(alive, check));
    const result = this.queue.then(() => Promise.race([work(), lost]));
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Again after the loss of the device: nothing is left of what was there before. */
  private async start(options: BackendOptions): Promise<StartedBackend> {
    if (this.loss.happened) {
      this.generation++;
      this.frg.set(null);
      if (this.network !== null) disposeNetwork(this.network);
      if (this.encoder !== null) disposeEncoder(this.encoder);
      this.network = this.encoder = null;
      renewBackend();
    }
    const loss = newLoss();
    this.loss = loss;
    return startBackend(options, (reason) => {
      loss.happened = true;
      loss.reject(
        new FmpError(`the graphics device stopped answering: ${reason}`, {
          code: 'deviceLost',
          remedy: 'run again; results so far are kept',
        }),
      );
    });
  }

  private needNetwork(): EvalNetwork {
    if (this.network === null) throw new Error('no network is loaded');
    return this.network;
  }

  private async predict(images: Uint8Array, alive: () => Promise<void>): Promise<Float32Array> {
    const network = this.needNetwork();
    const { classes } = network.plan.architecture;
    const count = images.length / IMAGE_VALUES;
    const result = new Float32Array(count * classes);
    for (let from = 0; from < count; from += FORWARD_BATCH) {
      const output = tidy(() => tf.softmax(logits(network, batchTensor(images, from))));
      result.set(await output.data<'float32'>(), from * classes);
      output.dispose();
      await alive();
    }
    return result;
  }

  private async activationChange(
    clean: Uint8Array,
    triggered: Uint8Array,
    alive: () => Promise<void>,
  ): Promise<Float32Array> {
    const network = this.needNetwork();
    const sums = new Float32Array(network.plan.maps);
    for (let from = 0; from * IMAGE_VALUES < clean.length; from += FORWARD_BATCH) {
      const [before, after] = [batchTensor(clean, from), batchTensor(triggered, from)];
      const change = activationChanges(network, before, after);
      const values = await change.data<'float32'>();
      change.dispose();
      values.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value));
      await alive();
    }
    return sums;
  }

  private async encode(
    images: Uint8Array,
    bits: Float32Array,
    alive: () => Promise<void>,
  ): Promise<Uint8Array> {
    const { encoder } = this;
    if (encoder === null) throw new Error('no encoder is loaded');
    const result = new Uint8Array(images.length);
    for (let from = 0; from * IMAGE_VALUES < images.length; from += FORWARD_BATCH) {
      const output = tidy(() =>
        encodeMessage(encoder, batchTensor(images, from), tf.tensor1d(bits)),
      );
      const values = await output.data<'float32'>();
      output.dispose();
      result.set(toBytes(values), from * IMAGE_VALUES);
      await alive();
    }
    return result;
  }

  /** Sends this worker's part to the engine and waits for the sum over all workers. */
  private summer(emit: (event: FineTuneEvent) => void, check: () => void) {
    return (own: Float32Array): Promise<Float32Array> =>
      new Promise((resolve, reject) => {
        // After an abort nobody answers any more, and it came too early to refuse this promise.
        check();
        this.deliver = resolve;
        this.refuse = reject;
        emit({ kind: 'reduce', sums: own });
      });
  }
}

async function reduced(
  sums: tf.Tensor1D,
  sum: (own: Float32Array) => Promise<Float32Array>,
): Promise<tf.Tensor1D> {
  const own = await sums.data<'float32'>();
  sums.dispose();
  return tf.tensor1d(await sum(own));
}

function cancelled(): FmpError {
  return new FmpError('cancelled', { code: 'cancelled', remedy: 'run again when you are ready' });
}

/** What rejects once the backend is lost; nothing works on it after that. */
interface Loss {
  readonly promise: Promise<never>;
  readonly reject: (error: FmpError) => void;
  happened: boolean;
}

function newLoss(): Loss {
  let reject: Loss['reject'] = () => undefined;
  const promise = new Promise<never>((_, no) => (reject = no));
  promise.catch(() => undefined);
  return { promise, reject, happened: false };
}
