import { useId, useState, type ReactNode } from 'react';

/** A text to take along, with a button that copies it. */
export function CopyField({ label, text }: { label: string; text: string }): ReactNode {
  const id = useId();
  const [copied, setCopied] = useState<string | null>(null);
  return (
    <div className="prm">
      <label htmlFor={id}>{label}</label>
      <div className="copy">
        <input
          id={id}
          className="txt"
          readOnly
          value={text}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
        <button
          type="button"
          className="btn"
          aria-label={`Copy: ${label}`}
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => {
                setCopied(text);
              },
              () => {
                document.getElementById(id)?.focus();
              },
            );
          }}
        >
          {copied === text ? 'Copied' : 'Copy'}
        </button>
      </div>
    </div>
  );
}
