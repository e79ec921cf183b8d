/* global document, globalThis, localStorage, location */
// Before anything is painted: the remembered theme, and whether the frame of the lab in index.html is
// what will stand there. A file of its own, because the policy of the page allows no script in it; nor
// does it allow code made from text, which zod would try, and Firefox reports each try as an error.
{
  globalThis.__zod_globalConfig = { jitless: true };
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem('fmp-lab.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch {
    // Storage is closed: the system decides.
  }
  if (/^(#\/?)?$/.test(location.hash)) root.dataset.first = 'lab';
}
