import type { ReactNode } from 'react';
import type { WireError } from '../../core/errors.ts';
import { capital } from '../text/format.ts';

interface Props {
  readonly error: WireError;
  /** What was kept, as a sentence. */
  readonly safe?: string;
  readonly children?: ReactNode;
}

/** A name of a file at its head keeps its letters. */
export function sentence(text: string): string {
  const trimmed = text.trim().replace(/[.]$/, '');
  return `${/^\S+\.\w/.test(trimmed) ? trimmed : capital(trimmed)}.`;
}

/** A failure: what happened, what is safe, what to do. */
export function Alert({ error, safe, children }: Props): ReactNode {
  const facts = [
    error.field === undefined ? null : `Field: ${error.field}.`,
    error.got === undefined ? null : `Found: ${error.got}.`,
    error.expected === undefined ? null : `Expected: ${error.expected}.`,
  ].filter((fact) => fact !== null);
  return (
    <div className="ban err" role="alert">
      <span>
        <b>{sentence(error.message)}</b> {safe} {facts.join(' ')}
        {error.remedy !== undefined && <span className="todo"> {sentence(error.remedy)}</span>}
      </span>
      {children !== undefined && <span className="ban-acts">{children}</span>}
    </div>
  );
}
