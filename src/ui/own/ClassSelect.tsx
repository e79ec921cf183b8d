import { useId, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly classes: number;
  /** By class; empty where they are not known. */
  readonly names: readonly string[];
  readonly onChange: (value: number) => void;
}

/** One class of a network, by its number and, where it has one, its name. */
export function ClassSelect({ label, value, classes, names, onChange }: Props): ReactNode {
  const id = useId();
  return (
    <div className="prm">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onChange(Number(event.currentTarget.value));
        }}
      >
        {Array.from({ length: classes }, (_, k) => (
          <option key={k} value={k}>
            {k}
            {names[k] === undefined ? '' : `: ${names[k]}`}
          </option>
        ))}
      </select>
    </div>
  );
}
