import type { ReactNode } from 'react';

/**
 * The first stop of the Tab key, past the bar. It takes the focus along itself: the address' hash holds
 * the page and the settings, which following the link would replace.
 */
export function SkipLink(): ReactNode {
  return (
    <a
      className="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      Skip to the content
    </a>
  );
}
