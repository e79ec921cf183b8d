/**
 * Typed requests over a message channel, used on both sides of every worker. Each request settles
 * once: with its result, with the error the other side threw, or with "workerDied".
 */
import { FmpError, fromWire, toWire, type WireError } from '../core/errors.ts';

/** What can be asked: per method its parameters, the events it may send first, and its result. */
export type Contract<C> = {
  [K in keyof C]: { readonly params: unknown; readonly event: unknown; readonly result: unknown };
};

export type Handlers<C extends Contract<C>> = {
  readonly [K in keyof C]: (
    params: C[K]['params'],
    emit: (event: C[K]['event']) => void,
  ) => Promise<C[K]['result']>;
};

/** A worker, a thread or a port, seen from either side. */
export interface Channel {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** `onClose` is called once if the other side is gone. */
  listen(onMessage: (message: unknown) => void, onClose: (reason: string) => void): void;
  close(): void;
}

interface Request {
  readonly id: number;
  readonly method: PropertyKey;
  readonly params: unknown;
}
type Reply =
  | { readonly id: number; readonly kind: 'event'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'result'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: WireError };

/** Answers requests until the channel closes. Handlers may run at the same time. */
export function serve<C extends Contract<C>>(channel: Channel, handlers: Handlers<C>): void {
  const answer = async ({ id, method, params }: Request): Promise<void> => {
    const send = (reply: Reply): void => {
      channel.post(reply);
    };
    try {
      const handler = handlers[method as keyof C];
      if (typeof handler !== 'function') throw new Error(`unknown request ${String(method)}`);
      const value = await handler(params, (event) => {
        send({ id, kind: 'event', value: event });
      });
      send({ id, kind: 'result', value });
    } catch (error) {
      send({ id, kind: 'error', error: toWire(error) });
    }
  };
  channel.listen(
    (message) => void answer(message as Request),
    () => undefined,
  );
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: never) => void) | undefined;
}

/** The asking side of a channel. */
export class RpcClient<C extends Contract<C>> {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private closed: FmpError | null = null;
  private readonly channel: Channel;

  constructor(channel: Channel) {
    this.channel = channel;
    channel.listen(
      (message) => {
        this.receive(message as Reply);
      },
      (reason) => {
        this.fail(
          new FmpError(`the worker stopped: ${reason}`, {
            code: 'workerDied',
            remedy: 'run again; results so far are kept',
          }),
        );
      },
    );
  }

  /** @throws FmpError that the handler threw, or workerDied */
  call<K extends keyof C>(
    method: K,
    params: C[K]['params'],
    onEvent?: (event: C[K]['event']) => void,
    transfer?: readonly Transferable[],
  ): Promise<C[K]['result']> {
    if (this.closed !== null) return Promise.reject(this.closed);
    const id = this.nextId++;
    return new Promise<C[K]['result']>((resolve, reject) => {
      this.pending.set(id, { resolve, reject, onEvent });
      this.channel.post({ id, method, params } satisfies Request, transfer);
    });
  }

  /** Ends the other side; requests under way reject. */
  close(): void {
    this.fail(new FmpError('the worker was closed', { code: 'cancelled' }));
    this.channel.close();
  }

  private receive(reply: Reply): void {
    const waiting = this.pending.get(reply.id);
    if (waiting === undefined) return;
    if (reply.kind === 'event') {
      waiting.onEvent?.(reply.value as never);
      return;
    }
    this.pending.delete(reply.id);
    if (reply.kind === 'result') waiting.resolve(reply.value as never);
    else waiting.reject(fromWire(reply.error));
  }

  private fail(error: FmpError): void {
    this.closed ??= error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
