import { useEffect } from 'react';

/**
 * What stands in several places under one `data-sym` lights up in all of them while one is pointed
 * at or holds the focus; the style sheet does the rest.
 */
export function useLinkedSettings(): void {
  useEffect(() => {
    const root = document.documentElement;
    const onLook = ({ target }: Event): void => {
      const found = target instanceof Element ? target.closest('[data-sym]') : null;
      const sym = found?.getAttribute('data-sym') ?? null;
      if (sym === (root.dataset.looked ?? null)) return;
      if (sym === null) delete root.dataset.looked;
      else root.dataset.looked = sym;
    };
    for (const kind of ['pointerover', 'focusin'] as const) addEventListener(kind, onLook);
    return () => {
      for (const kind of ['pointerover', 'focusin'] as const) removeEventListener(kind, onLook);
      delete root.dataset.looked;
    };
  }, []);
}
