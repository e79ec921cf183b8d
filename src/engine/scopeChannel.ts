import { ownLocks, showLife } from '../bridge/life.ts';
import type { Channel } from '../bridge/rpc.ts';

/** This worker's end of the channel to whoever started it. Messages wait until one listens. */
export function scopeChannel(): Channel {
  const scope = self as unknown as DedicatedWorkerGlobalScope;
  const name = `fmp-worker-${String(performance.timeOrigin)}-${String(Math.random())}`;
  showLife(ownLocks(), name, (message) => {
    scope.postMessage(message);
  });
  const early: unknown[] = [];
  scope.onmessage = ({ data }: MessageEvent<unknown>) => {
    early.push(data);
  };
  return {
    post: (message, transfer) => {
      scope.postMessage(message, [...(transfer ?? [])]);
    },
    listen: (onMessage) => {
      scope.onmessage = (event: MessageEvent<unknown>) => {
        onMessage(event.data);
      };
      early.splice(0).forEach(onMessage);
    },
    close: () => {
      scope.close();
    },
  };
}
