import type { ReactNode } from 'react';
import { useApp, useAppState } from '../AppContext.ts';
import { capital, count, dataName } from '../text/format.ts';

/** The data sets at hand: open now, or kept on this device from an earlier visit. */
export function DataList(): ReactNode {
  const { own } = useApp();
  const data = useAppState((state) => state.own.data);
  const isBusy = useAppState((state) => state.own.task !== null);
  if (data.length === 0) return null;
  return (
    <section aria-labelledby="own-data">
      <h3 id="own-data">Images on this device</h3>
      <ul className="own-data num">
        {data.map(({ name, classNames, trainCount, testCount, notes }) => (
          <li key={name}>
            <span>
              <b>{capital(dataName(name))}</b>{' '}
              <span className="mut">
                {count(classNames.length)} classes, {count(trainCount)} training and{' '}
                {count(testCount)} test images
              </span>
              {notes.map((note) => (
                <span key={note} className="note">
                  {note}
                </span>
              ))}
            </span>
            <button
              type="button"
              className="btn"
              disabled={isBusy}
              aria-label={`Forget ${dataName(name)}`}
              onClick={({ currentTarget }) => {
                // The button goes with its row, and the keyboard must still reach the dialog.
                currentTarget.closest<HTMLElement>('[role="dialog"]')?.focus();
                void own.forget(name);
              }}
            >
              Forget
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
