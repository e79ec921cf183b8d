import { useEffect } from 'react';

/** The setting that a part of the page stands for; null: none. */
function symOf(target: EventTarget | null): string | null {
  const found = target instanceof Element ? target.closest('[data-sym]') : null;
  return found?.getAttribute('data-sym') ?? null;
}

/**
 * What stands in several places under one `data-sym` lights up in all of them while one is pointed
 * at, or else holds the focus; the style sheet does the rest.
 */
export function useLinkedSettings(): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    let pointed: string | null = null;
    const light = (): void => {
      const sym = pointed ?? symOf(document.activeElement);
      if (sym === null) delete dataset.looked;
      else if (sym !== dataset.looked) dataset.looked = sym;
    };
    const onPoint = ({ target }: Event): void => {
      pointed = symOf(target);
      light();
    };
    addEventListener('pointerover', onPoint);
    addEventListener('focusin', light);
    return () => {
      removeEventListener('pointerover', onPoint);
      removeEventListener('focusin', light);
      delete dataset.looked;
    };
  }, []);
}
