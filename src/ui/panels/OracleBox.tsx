import type { ReactNode } from 'react';
import type { Cut, Scored } from '../../store/scoring.ts';
import { useSteadyState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { CarrierPanel } from './CarrierPanel.tsx';
import { useNames } from '../useNames.ts';
import { oracleVerdict } from '../text/findings.ts';
import { knownAttack } from '../text/format.ts';

/** What the view may know, and in Oracle view whether FRG was right. */
export function OracleBox({ scored, cut }: { scored: Scored | null; cut: Cut | null }): ReactNode {
  const state = useSteadyState();
  const { model } = state.session;
  const { isHidden } = useNames(model?.manifest ?? null);
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
          {isHidden
            ? 'Which class the trigger calls is yours to find.'
            : oracleVerdict(state, model.manifest, scored)}{' '}
          Touching the line returns you to Defender.
          {scored !== null && cut !== null && !isHidden && (
            <CarrierPanel {...{ model, scored, cut }} />
          )}
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
