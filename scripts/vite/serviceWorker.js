/* global self, caches, FILES, VERSION */
// FILES and VERSION are put in front of this file by the build; see offline.ts.

const CACHE = `fmp-lab-${VERSION}`;
/** Weights and the like of models that were opened; fetched once, kept with this version. */
const KEPT_FOLDERS = ['models/', 'data/', 'wasm/', 'assets/'];
const root = new URL('./', self.location.href);

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((path) => new URL(path, root).href)))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith('fmp-lab-') && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  // The page is one file, whatever stands after it; everything else is known by its path.
  const hit = await cache.match(path === '' ? new URL('index.html', root).href : request.url, {
    ignoreSearch: true,
  });
  if (hit !== undefined) return hit;
  const response = await fetch(request);
  const isWhole = response.status === 200 && response.type === 'basic';
  if (isWhole && KEPT_FOLDERS.some((folder) => path.startsWith(folder)))
    // A full disk is no reason to withhold what was fetched.
    await cache.put(request, response.clone()).catch(() => undefined);
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs = url.origin === root.origin && url.pathname.startsWith(root.pathname);
  if (request.method !== 'GET' || !isOurs || request.headers.has('range')) return;
  event.respondWith(answer(request, url.pathname.slice(root.pathname.length)));
});
