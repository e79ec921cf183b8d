import type { Channel } from './rpc.ts';

/** The far end of a dedicated worker. */
export function workerChannel(worker: Worker): Channel {
  return {
    post: (message, transfer) => {
      worker.postMessage(message, [...(transfer ?? [])]);
    },
    listen: (onMessage, onClose) => {
      worker.onmessage = (event: MessageEvent<unknown>) => {
        onMessage(event.data);
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
