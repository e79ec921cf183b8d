import { useState, type KeyboardEvent, type ReactNode } from 'react';

interface Option<T extends string> {
  readonly id: T;
  readonly label: ReactNode;
}

interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly className?: string;
  readonly disabled?: boolean;
}

const BY: Readonly<Record<string, 1 | -1>> = {
  ...{ ArrowRight: 1, ArrowDown: 1 },
  ...{ ArrowLeft: -1, ArrowUp: -1 },
};

/**
 * A switch between few options; exactly one is on. Arrow keys move, Space chooses; it is one stop of
 * the Tab key. Our own, because the library that could do it takes longer to start than the whole
 * first draw may.
 */
export function Segmented<T extends string>(props: Props<T>): ReactNode {
  const { label, options, value, onChange, className = '', disabled = false } = props;
  /** Where the focus is; null: elsewhere, and it comes back to the option that is on. */
  const [at, setAt] = useState<T | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = BY[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const from = buttons.findIndex((button) => button === document.activeElement);
    buttons[(from + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div
      role="radiogroup"
      aria-label={label}
      aria-disabled={disabled}
      className={`seg ${className}`}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setAt(null);
      }}
    >
      {options.map(({ id, label: text }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={id === value}
          data-option={id}
          disabled={disabled}
          tabIndex={id === (at ?? value) ? 0 : -1}
          onFocus={() => {
            setAt(id);
          }}
          onClick={() => {
            if (id !== value) onChange(id);
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
