const waiting: (() => void)[] = [];
let open: MessageChannel | null = null;

/** Closed when nobody waits: an open one keeps a Node process alive. */
function channel(): MessageChannel {
  if (open !== null) return open;
  const made = new MessageChannel();
  made.port1.onmessage = () => {
    waiting.shift()?.();
    if (waiting.length > 0) return;
    made.port1.close();
    open = null;
  };
  open = made;
  return made;
}

/**
 * Resolves in the next task, so that messages that have arrived are handled first. A message channel
 * is not throttled in hidden tabs, unlike timers and animation frames.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel().port2.postMessage(null);
  });
}
