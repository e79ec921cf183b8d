import type { Channel } from '../../src/bridge/rpc.ts';

interface End {
  channel: Channel;
  onMessage: (message: unknown) => void;
  onClose: (reason: string) => void;
}

/** Two ends of a channel in this thread; messages are copied and arrive later, as in a worker. */
export function channelPair(): {
  near: Channel;
  far: Channel;
  /** The far side dies, as a crashed worker does. */
  die: (reason: string) => void;
} {
  let open = true;
  const make = (other: () => End): End => ({
    onMessage: () => undefined,
    onClose: () => undefined,
    channel: {
      post: (message) => {
        const copy: unknown = structuredClone(message);
        setImmediate(() => {
          if (open) other().onMessage(copy);
        });
      },
      listen(onMessage, onClose) {
        const own = other() === far ? near : far;
        own.onMessage = onMessage;
        own.onClose = onClose;
      },
      close: () => {
        open = false;
      },
    },
  });
  const near: End = make(() => far);
  const far: End = make(() => near);
  return {
    near: near.channel,
    far: far.channel,
    die: (reason) => {
      open = false;
      near.onClose(reason);
    },
  };
}
