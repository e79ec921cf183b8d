import { useId, useState, type FocusEvent, type ReactNode } from 'react';

/** A text to take along, with a button that copies it. */
export function CopyField({ label, text }: { label: string; text: string }): ReactNode {
  const id = useId();
  const lines = text.split('\n').length;
  const Field = lines > 1 ? 'textarea' : 'input';
  const [copied, setCopied] = useState<string | null>(null);
  return (
    <div className="prm">
      <label htmlFor={id}>{label}</label>
      <div className="copy">
        <Field
          id={id}
          className="txt"
          readOnly
          {...(lines > 1 ? { rows: lines } : {})}
          value={text}
          onFocus={(event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => {
            event.currentTarget.select();
          }}
        />
        <button
          type="button"
          className="btn"
          aria-label={`${copied === text ? 'Copied' : 'Copy'}: ${label}`}
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
