import { useId, useState, type ReactNode } from 'react';
import type { AttackParam } from '../../core/attacks/params.ts';

interface Props {
  readonly param: Extract<AttackParam, { type: 'text' }>;
  readonly onChange: (value: string) => void;
}

/** A text that is used once it matches; what does not match yet stays as it was typed. */
export function TextControl({ param, onChange }: Props): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState({ text: param.value, over: param.value });
  // A value that came from elsewhere takes the place of what was typed.
  const mine = typed.over === param.value || typed.text === param.value;
  const text = mine ? typed.text : param.value;
  return (
    <div className="prm">
      <label htmlFor={id}>{param.label}</label>
      <input
        id={id}
        className="txt mono"
        spellCheck={false}
        autoComplete="off"
        value={text}
        aria-describedby={`${id}-hint`}
        aria-invalid={!new RegExp(param.pattern).test(text)}
        onChange={(event) => {
          const next = event.currentTarget.value.trim().toLowerCase();
          setTyped({ text: next, over: param.value });
          onChange(next);
        }}
      />
      <span id={`${id}-hint`} className="note">
        {param.hint}
      </span>
    </div>
  );
}
