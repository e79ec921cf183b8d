import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useStore } from 'zustand';
import { cutCounts } from '../../core/frg/knockOut.ts';
import { ruleOf } from '../../store/controlRules.ts';
import { knockOutBar, shownKnockOut, type KnockOut } from '../../store/knockOut.ts';
import { suggestionIsHidden } from '../../store/lessonView.ts';
import { pruneBudget } from '../../store/selectors.ts';
import type { AppState } from '../../store/state.ts';
import { useApp } from '../AppContext.ts';
import { KnockOutChart } from '../charts/KnockOutChart.tsx';
import { Progress } from '../controls/Progress.tsx';
import { leave } from '../leave.ts';
import { percent, plural, pText } from '../text/format.ts';
import { knockOutFinding, knockOutNote, NO_SUGGESTION } from '../text/knockOutText.ts';
import { useScored } from '../useScored.ts';

function Ladder({ test }: { test: KnockOut }): ReactNode {
  return (
    <details>
      <summary className="link sm">As a table</summary>
      <table className="slow-b num">
        <thead>
          <tr>
            <th scope="col">Maps</th>
            <th scope="col">Suspect %</th>
            <th scope="col">Next %</th>
            <th scope="col">Acc %</th>
          </tr>
        </thead>
        <tbody>
          {test.points.map(({ count, tuned, share, next, acc }) => (
            <tr
              key={`${String(count)} ${String(tuned)}`}
              className={count === test.count ? 'own' : undefined}
            >
              <th scope="row">
                {count}
                {tuned && ' tuned'}
              </th>
              <td>{percent(share)}</td>
              <td>{percent(next)}</td>
              <td>{percent(acc)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface ResultProps {
  readonly state: AppState;
  readonly test: KnockOut;
  readonly width: number;
  /** The button that ends the test, and puts it away once it has ended. */
  readonly end: RefObject<HTMLButtonElement | null>;
  readonly onClose: (button: Element) => void;
}

function Result({ state, test, width, end, onClose }: ResultProps): ReactNode {
  const app = useApp();
  const budget = pruneBudget(state);
  const classes = test.manifest.architecture.classes;
  const { count, p, status } = test;
  const tuned = test.points.some((point) => point.tuned);
  // How many counts are tried with fine-tuning is not known before the last.
  const share = tuned ? null : test.points.length / test.most;
  const isThere = count !== null && budget?.count === count;
  return (
    <>
      <h3>{knockOutFinding(test, classes)}</h3>
      <p className="note">
        FRG images read as the suspected class (triangles), and validation Acc, %, by maps cut
        {tuned && '; hollow: after fine-tuning'}
      </p>
      <KnockOutChart
        {...{ classes, width }}
        points={test.points}
        last={cutCounts(budget?.total ?? 0).at(-1) ?? 1}
        pruned={budget?.count ?? 0}
        suggested={count}
      />
      {status === 'measuring' && <Progress label="Counts tried" share={share} />}
      <p className="note num ko-note" aria-live={status === 'measuring' ? 'off' : 'polite'}>
        {knockOutNote(test)}
      </p>
      <div className="acts">
        {count !== null && p !== null && (
          <button
            type="button"
            className="btn"
            disabled={isThere}
            onClick={() => {
              app.setP(p);
            }}
          >
            {isThere ? `p = ${pText(p)} is set` : `Use ${plural(count, 'map')}`}
          </button>
        )}
        {status === 'measuring' ? (
          <button ref={end} type="button" className="btn" onClick={() => void app.knockOut.stop()}>
            Stop
          </button>
        ) : (
          <button
            ref={end}
            type="button"
            className="btn"
            onClick={({ currentTarget }) => {
              onClose(currentTarget);
            }}
          >
            Close
          </button>
        )}
      </div>
      {test.points.length > 0 && <Ladder test={test} />}
    </>
  );
}

/** Where p is chosen: asks for a number of maps to cut, and shows what it rests on. */
export function KnockOutPart({ state, width }: { state: AppState; width: number }): ReactNode {
  const { knockOut } = useApp();
  const scored = useScored();
  const latest = useStore(knockOut.store, (store) => store.latest);
  const test = shownKnockOut(state, latest);
  const isShown = test !== null;
  /** What stands where the pressed button stood. */
  const successor = useRef<HTMLButtonElement>(null);
  const isPressed = useRef(false);
  useEffect(() => {
    if (isPressed.current) successor.current?.focus();
    isPressed.current = false;
  }, [isShown]);
  const press = (button: Element): void => {
    // There may be no successor, or one that is locked: then the heading keeps the keyboard.
    leave(button);
    isPressed.current = true;
  };
  const bar = knockOutBar(state, scored);
  if (bar === 'notScored' || bar === 'tooFew') return null;
  if (ruleOf(state, 'p') !== null || suggestionIsHidden(state)) return null;
  if (test !== null)
    return (
      <div className="mini">
        <Result
          {...{ state, test, width }}
          end={successor}
          onClose={(button) => {
            press(button);
            knockOut.close();
          }}
        />
      </div>
    );
  const why = bar === null ? undefined : NO_SUGGESTION[bar];
  if (why !== undefined) return <p className="note ko-ask">{why}</p>;
  return (
    <button
      ref={successor}
      type="button"
      className="btn ko-ask"
      disabled={bar !== null}
      onClick={({ currentTarget }) => {
        press(currentTarget);
        void knockOut.suggest();
      }}
    >
      Suggest how many
    </button>
  );
}
