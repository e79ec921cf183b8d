import type { ReactNode } from 'react';
import { useRoving } from './useRoving.ts';

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

/**
 * A switch between few options; exactly one is on. Arrow keys move, Space chooses; it is one stop of
 * the Tab key. Our own, because the library that could do it takes longer to start than the whole
 * first draw may.
 */
export function Segmented<T extends string>(props: Props<T>): ReactNode {
  const { label, options, value, onChange, className = '', disabled = false } = props;
  const { group, stop } = useRoving(value);
  return (
    <div
      role="radiogroup"
      aria-label={label}
      aria-disabled={disabled}
      className={`seg ${className}`}
      {...group}
    >
      {options.map(({ id, label: text }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={id === value}
          data-option={id}
          disabled={disabled}
          {...stop(id)}
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
