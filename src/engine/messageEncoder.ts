/** SSBA's encoder on the compute workers. */
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';

/** Images per request: some tenths of a second of one core, so that cancelling is quick. */
const CHUNK = 32;

export class MessageEncoder {
  private readonly pool: Pool;
  private readonly load: () => Promise<StateDict>;
  private ready: Promise<void> | null = null;

  /** @param load the checked weights; asked for once, at the first message */
  constructor(pool: Pool, load: () => Promise<StateDict>) {
    this.pool = pool;
    this.load = load;
  }

  /**
   * The images with the message hidden in each, spread over the workers.
   * @param bits 0 or 1, [100] @throws FmpError cancelled, or what loading or a worker threw
   */
  async encode(
    images: Uint8Array,
    bits: Float32Array,
    control: RunControl,
    onDone: (images: number) => void,
  ): Promise<Uint8Array> {
    await this.start();
    const result = new Uint8Array(images.length);
    const values = CHUNK * IMAGE_VALUES;
    await this.pool.inOrder(
      Math.ceil(images.length / values),
      control,
      (worker, i) =>
        worker.call('encode', { images: images.slice(i * values, (i + 1) * values), bits }),
      (i, part) => {
        result.set(part, i * values);
        onDone(i * CHUNK + part.length / IMAGE_VALUES);
      },
    );
    return result;
  }

  /** Says that the workers may hold another encoder. */
  forget(): void {
    this.ready = null;
  }

  /** Every worker gets the weights once; after a failure the next message tries again. */
  private start(): Promise<void> {
    this.ready ??= this.load()
      .then((weights) => this.pool.all((worker) => worker.call('setEncoder', { weights })))
      .catch((error: unknown) => {
        this.ready = null;
        throw error;
      });
    return this.ready;
  }
}
