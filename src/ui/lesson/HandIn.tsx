import { useId, useState, type ReactNode } from 'react';
import { useApp, useAppState } from '../AppContext.ts';

/** The answers as a file; nobody has to say who they are. */
export function HandIn(): ReactNode {
  const { files, lesson } = useApp();
  const answered = useAppState((state) => Object.keys(state.lesson.guesses).length);
  const [name, setName] = useState('');
  const id = useId();
  if (answered === 0) return null;
  return (
    <details className="hand-in">
      <summary className="link sm">Save my answers</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          lesson.countTime();
          files.answers(name);
        }}
      >
        <label htmlFor={id}>Name or group, if you like</label>
        <input
          id={id}
          className="txt"
          value={name}
          maxLength={80}
          autoComplete="off"
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
          }}
        />
        <button type="submit" className="btn">
          Save as a file
        </button>
        <p className="note">
          Predictions, results and seconds per step, as JSON. It stays on this device until you hand
          it in.
        </p>
      </form>
    </details>
  );
}
