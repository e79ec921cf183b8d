/** Where the keyboard goes on when the control that was pressed goes away. */

/** The first heading of what is on show; null while its page is fetched. */
export function pageHeading(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-heading]');
}

/**
 * For a control that will be gone once it has done its work: the heading of its panel takes the focus,
 * or that of the page where it is in none. Else the focus would fall to the top of the document.
 */
export function leave(control: Element): void {
  const heading = control.closest('section[aria-labelledby]')?.querySelector('h2');
  (heading ?? pageHeading())?.focus({ preventScroll: true });
}

/** Presses such a control: it leaves, then it does its work. @param action whose failures end in the state */
export function leaving(
  action: () => unknown,
): (event: { readonly currentTarget: Element }) => void {
  return ({ currentTarget }) => {
    leave(currentTarget);
    action();
  };
}
