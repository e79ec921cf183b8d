import type { ReactNode } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

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

/** A switch between few options; exactly one is on. Arrow keys move, Space chooses. */
export function Segmented<T extends string>(props: Props<T>): ReactNode {
  const { label, options, value, onChange, className = '', disabled = false } = props;
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={`seg ${className}`}
      selectionMode="single"
      disallowEmptySelection
      isDisabled={disabled}
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = options.find(({ id }) => keys.has(id));
        if (chosen !== undefined) onChange(chosen.id);
      }}
    >
      {options.map((option) => (
        <ToggleButton key={option.id} id={option.id} data-option={option.id}>
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
