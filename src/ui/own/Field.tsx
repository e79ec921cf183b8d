import type { ReactNode } from 'react';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  /** Shown instead of the hint. */
  readonly problem?: string | undefined;
  readonly lines?: number;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

/** A text field with its hint, or with what is wrong with it. */
export function Field(props: Props): ReactNode {
  const { id, label, value, hint, problem, lines = 1, placeholder, onChange } = props;
  const shared = {
    ...{ id, value, placeholder, className: 'txt', spellCheck: false, autoComplete: 'off' },
    ...{ 'aria-invalid': problem !== undefined, 'aria-describedby': `${id}-hint` },
  };
  return (
    <div className="prm">
      <label htmlFor={id}>{label}</label>
      {lines > 1 ? (
        <textarea
          {...shared}
          rows={lines}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      ) : (
        <input
          {...shared}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      )}
      <span id={`${id}-hint`} className={problem === undefined ? 'note' : 'note bad'}>
        {problem ?? hint}
      </span>
    </div>
  );
}
