import { useId, type ReactNode } from 'react';
import type { Choice } from './attacks.ts';

interface Props<T extends string> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of several triggers, each with its name and a few words; what cannot be had says why. */
export function AttackChooser<T extends string>(props: Props<T>): ReactNode {
  const { label, choices, value, onChange } = props;
  const group = useId();
  return (
    <fieldset className="atks">
      <legend>{label}</legend>
      {choices.map(({ id, name, words, off }) => (
        <label key={id} className="atk">
          <input
            type="radio"
            name={group}
            aria-label={name}
            aria-describedby={`${group}-${id}`}
            checked={id === value}
            disabled={off !== undefined && id !== value}
            onChange={() => {
              onChange(id);
            }}
          />
          <b>{name}</b>
          <span id={`${group}-${id}`}>{off ?? words}</span>
        </label>
      ))}
    </fieldset>
  );
}
