import { useState, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
  readonly disabled?: boolean;
  /** Takes the place of the − and + buttons. */
  readonly action?: ReactNode;
  readonly wide?: boolean;
}

/** A whole number that can be typed or stepped. What is typed counts on Enter or on leaving. */
export function Stepper(props: Props): ReactNode {
  const { label, value, min, max, onChange, disabled = false, action, wide = false } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    const typed = Number(draft);
    if (draft !== null && draft.trim() !== '' && Number.isFinite(typed))
      onChange(Math.min(max, Math.max(min, Math.round(typed))));
    setDraft(null);
  };
  const nudge = (by: number): void => {
    onChange(Math.min(max, Math.max(min, value + by)));
  };
  const button = (name: string, sign: string, by: number): ReactNode => (
    <button
      type="button"
      aria-label={name}
      disabled={disabled || (by < 0 ? value <= min : value >= max)}
      onClick={() => {
        nudge(by);
      }}
    >
      {sign}
    </button>
  );
  return (
    <div className={wide ? 'stp wide' : 'stp'}>
      {action === undefined && button(`Fewer: ${label}`, '−', -1)}
      <input
        aria-label={label}
        inputMode="numeric"
        autoComplete="off"
        value={draft ?? String(value)}
        disabled={disabled}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
        }}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setDraft(null);
          if (event.key === 'ArrowUp') nudge(1);
          if (event.key === 'ArrowDown') nudge(-1);
        }}
      />
      {action ?? button(`More: ${label}`, '+', 1)}
    </div>
  );
}
