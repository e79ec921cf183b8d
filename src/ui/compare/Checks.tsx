import type { ReactNode } from 'react';

interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly {
    readonly id: T;
    readonly name: string;
    /** Why it cannot be chosen. */
    readonly missing?: string | null;
  }[];
  readonly value: readonly T[];
  readonly disabled: boolean;
  readonly onChange: (value: readonly T[]) => void;
}

/** Any number of options on. */
export function Checks<T extends string>(props: Props<T>): ReactNode {
  const { label, options, value, disabled, onChange } = props;
  return (
    <fieldset className="checks" disabled={disabled}>
      <legend>{label}</legend>
      {options.map(({ id, name, missing = null }) => (
        <label key={id} className={missing === null ? '' : 'mut'}>
          <input
            type="checkbox"
            checked={value.includes(id)}
            disabled={missing !== null}
            onChange={({ currentTarget }) => {
              const others = value.filter((one) => one !== id);
              onChange(currentTarget.checked ? [...others, id] : others);
            }}
          />
          <span>
            {name}
            {missing !== null && <small> {missing}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
