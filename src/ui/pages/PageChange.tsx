import { useEffect, useRef } from 'react';
import { useAppState } from '../AppContext.ts';
import { pageHeading } from '../leave.ts';
import { knownAttack } from '../text/format.ts';
import { PAGE_LINKS } from './pages.tsx';

/**
 * What turning a page means besides its content: the tab's title, and the focus on the new heading,
 * so that a screen reader says where one is. The first page leaves the focus alone.
 */
export function PageChange(): null {
  const { page } = useAppState((state) => state.view.route);
  const clean = useAppState(({ session }) => {
    const { model } = session;
    return model !== null && knownAttack(model.manifest) === null;
  });
  const before = useRef(page);
  useEffect(() => {
    const lab = clean
      ? 'FMP Lab: does this network hide a backdoor?'
      : 'FMP Lab: this network has a hidden backdoor. Find it.';
    const own = PAGE_LINKS.find((link) => link.page === page)?.title ?? lab;
    document.title = page === 'lab' ? lab : own;
  }, [page, clean]);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    scrollTo(0, 0);
    const found = pageHeading();
    if (found !== null) {
      found.focus({ preventScroll: true });
      return;
    }
    // The page is still being fetched: its heading takes the focus when it arrives.
    const watcher = new MutationObserver(() => {
      const late = pageHeading();
      if (late === null) return;
      watcher.disconnect();
      late.focus({ preventScroll: true });
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    return () => {
      watcher.disconnect();
    };
  }, [page]);
  return null;
}
