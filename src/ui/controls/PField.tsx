import { useEffect, useRef, useState, type ReactNode } from 'react';
import { pText } from '../text/format.ts';

interface Props {
  readonly p: number;
  readonly disabled: boolean;
  readonly onP: (p: number) => void;
}

/** p as text that turns into a field: what is typed counts on Enter or on leaving. */
export function PField({ p, disabled, onP }: Props): ReactNode {
  const [draft, setDraft] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const returns = useRef(false);
  const isTyped = draft !== null;
  useEffect(() => {
    if (isTyped) {
      // Not every browser gives the focus to what is selected.
      field.current?.focus();
      field.current?.select();
    } else if (returns.current) button.current?.focus();
    returns.current = false;
  }, [isTyped]);
  const end = (keeps: boolean): void => {
    const text = draft?.trim() ?? '';
    const typed = Number(text.replace(',', '.'));
    setDraft(null);
    // To look is not to choose: p set anew would end Oracle view.
    if (!keeps || text === '' || text === pText(p) || !Number.isFinite(typed)) return;
    onP(Math.max(1, typed));
  };
  if (draft === null)
    return (
      <button
        ref={button}
        type="button"
        className="mini-toggle p-f num"
        title="Type p"
        aria-label={`p = ${pText(p)}, type another`}
        disabled={disabled}
        onClick={() => {
          setDraft(pText(p));
        }}
      >
        p = {pText(p)}
      </button>
    );
  return (
    <input
      ref={field}
      className="p-f num"
      aria-label="p, a number from 1 up"
      inputMode="decimal"
      autoComplete="off"
      value={draft}
      onChange={({ currentTarget }) => {
        setDraft(currentTarget.value);
      }}
      onBlur={() => {
        end(true);
      }}
      onKeyDown={({ key }) => {
        if (key !== 'Enter' && key !== 'Escape') return;
        returns.current = true;
        end(key === 'Enter');
      }}
    />
  );
}
