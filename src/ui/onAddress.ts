/**
 * Tells where a person goes: a link of the page, the address bar, back and forward. The hash is the
 * event's own, for the page may have written its settings over the address before the event arrives.
 */
export function onAddress(target: EventTarget, visit: (hash: string) => void): void {
  target.addEventListener('hashchange', (event) => {
    const { hash } = new URL((event as HashChangeEvent).newURL);
    if (hash.startsWith('#/')) visit(hash);
  });
}
