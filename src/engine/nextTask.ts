const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => {
  waiting.shift()?.();
};

/**
 * Resolves in the next task, so that messages that have arrived are handled first. A message channel
 * is not throttled in hidden tabs, unlike timers and animation frames.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
