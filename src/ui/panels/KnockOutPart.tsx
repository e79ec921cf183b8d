import type { ReactNode } from 'react';
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

function Result({
  state,
  test,
  width,
}: {
  state: AppState;
  test: KnockOut;
  width: number;
}): ReactNode {
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
          <button type="button" className="btn" onClick={() => void app.knockOut.stop()}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="btn"
            onClick={() => {
              app.knockOut.close();
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
  const bar = knockOutBar(state, scored);
  if (bar === 'notScored' || bar === 'tooFew') return null;
  if (ruleOf(state, 'p') !== null || suggestionIsHidden(state)) return null;
  const test = shownKnockOut(state, latest);
  if (test !== null)
    return (
      <div className="mini">
        <Result {...{ state, test, width }} />
      </div>
    );
  const why = bar === null ? undefined : NO_SUGGESTION[bar];
  if (why !== undefined) return <p className="note ko-ask">{why}</p>;
  return (
    <button
      type="button"
      className="btn ko-ask"
      disabled={bar !== null}
      onClick={() => void knockOut.suggest()}
    >
      Suggest how many
    </button>
  );
}
