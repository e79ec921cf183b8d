import type { ReactNode } from 'react';
import type { TestPredictions } from '../../bridge/runEvents.ts';
import { outcomes } from '../../store/outcomes.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { count } from '../text/format.ts';

interface Props {
  readonly before: TestPredictions;
  readonly now: TestPredictions;
  readonly target: number;
}

/** What became of every triggered test image. */
export function OutcomeBar({ before, now, target }: Props): ReactNode {
  const counts = outcomes(before, now, target);
  if (counts === null) return null;
  const { fixed, held, fooled, broken } = counts;
  return (
    <div className="outc">
      <div
        className="barx"
        role="img"
        aria-label={`${count(fixed)} fixed, ${count(held)} read right before and now, ${count(fooled)} still fooled, ${count(broken)} newly broken`}
      >
        <i className="fixed" style={{ flexGrow: fixed }} />
        {held > 0 && <i className="held" style={{ flexGrow: held }} />}
        <i className="fooled" style={{ flexGrow: fooled }} />
        <i className="broken" style={{ flexGrow: broken }} />
      </div>
      <ul>
        <li title="Misread before, read right now">
          <Glyph name="fixed" />
          <b>{count(fixed)}</b> fixed
        </li>
        {held > 0 && (
          <li title="Read right before and now">
            <Glyph name="right" />
            <b>{count(held)}</b> right all along
          </li>
        )}
        <li title="Read as the target now">
          <Glyph name="fooled" />
          <b>{count(fooled)}</b> still fooled
        </li>
        <li title="Read as neither the true class nor the target now">
          <Glyph name="other" />
          <b>{count(broken)}</b> newly broken
        </li>
      </ul>
    </div>
  );
}
