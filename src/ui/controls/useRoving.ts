import { useState, type KeyboardEvent } from 'react';

const BY: Readonly<Record<string, 1 | -1>> = {
  ...{ ArrowRight: 1, ArrowDown: 1 },
  ...{ ArrowLeft: -1, ArrowUp: -1 },
};

interface Roving<T> {
  /** For the element around the buttons, which holds no others. */
  readonly group: {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onBlur: () => void;
  };
  /** For the button of an option. */
  readonly stop: (id: T) => { readonly tabIndex: 0 | -1; readonly onFocus: () => void };
}

/**
 * Makes a group of buttons one stop of the Tab key; arrow keys move in it.
 * @param value the option that is on, where the focus comes in
 */
export function useRoving<T>(value: T): Roving<T> {
  /** Where the focus is; null: elsewhere, and it comes back to the option that is on. */
  const [at, setAt] = useState<{ readonly id: T } | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = BY[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const from = buttons.findIndex((button) => button === document.activeElement);
    buttons[(from + by + buttons.length) % buttons.length]?.focus();
  };
  const home = at === null ? value : at.id;
  return {
    group: {
      onKeyDown,
      onBlur: () => {
        setAt(null);
      },
    },
    stop: (id) => ({
      tabIndex: id === home ? 0 : -1,
      onFocus: () => {
        setAt({ id });
      },
    }),
  };
}
