import type { ReactNode } from 'react';
import type { Scored } from '../../store/scoring.ts';
import { useSteadyState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { oracleVerdict } from '../text/findings.ts';
import { knownAttack } from '../text/format.ts';

/** What the view may know, and in Oracle view whether FRG was right. */
export function OracleBox({ scored }: { scored: Scored | null }): ReactNode {
  const state = useSteadyState();
  const { model } = state.session;
  if (state.view.lens === 'oracle' && model !== null)
    return (
      <div className="orac">
        <Icon name="eye" />
        <span>
          <b>
            {knownAttack(model.manifest) === null
              ? 'Is there a backdoor?'
              : 'Did FRG find the backdoor?'}
          </b>{' '}
          {oracleVerdict(state, model.manifest, scored)} Touching the line returns you to Defender.
        </span>
      </div>
    );
  return (
    <div className="orac def">
      <Icon name="shield" />
      <span>
        <b>Defender view.</b> Every number made with the trigger is hidden while you choose p.
        Scores and clean accuracy are all a defender has.
      </span>
    </div>
  );
}
