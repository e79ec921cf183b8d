import { ownLocks, watchLife } from './life.ts';
import type { Channel } from './rpc.ts';

/** The far end of a dedicated worker. */
export function workerChannel(worker: Worker): Channel {
  return {
    post: (message, transfer) => {
      worker.postMessage(message, [...(transfer ?? [])]);
    },
    listen: (onMessage, onClose) => {
      const receive = watchLife(ownLocks(), onMessage, () => {
        onClose('it ended without an error');
      });
      worker.onmessage = (event: MessageEvent<unknown>) => {
        receive(event.data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        onClose(event.message === '' ? 'it failed to start' : event.message);
      };
    },
    close: () => {
      worker.terminate();
    },
  };
}
