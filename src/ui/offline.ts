import type { App } from '../store/app.ts';

/**
 * Keeps the app for later visits without a connection, once its first network is here: what is
 * needed now is fetched first. Without a secure origin there is nothing to do.
 */
export function keepForOffline({ store }: App): void {
  if (!('serviceWorker' in navigator)) return;
  const stop = store.subscribe(({ session }) => {
    if (session.model === null || session.loading !== null) return;
    stop();
    navigator.serviceWorker.register('sw.js').catch(() => undefined);
  });
}
