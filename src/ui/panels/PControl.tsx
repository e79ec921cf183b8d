import { useMemo, type ReactNode } from 'react';
import { candidateCount, countAt, cutSteps, nearestStep } from '../../store/cutSteps.ts';
import { ruleOf } from '../../store/controlRules.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { cutCount, cutText } from '../charts/CutLine.tsx';
import { PField } from '../controls/PField.tsx';
import { Range } from '../controls/Range.tsx';
import { count } from '../text/format.ts';
import { useCut } from '../useCut.ts';

/** p, with what it prunes beside it: to the right p grows and fewer maps go. */
export function PControl(): ReactNode {
  const app = useApp();
  const { p, selection, frg } = useAppState((state) => state.run.spec);
  const plan = useAppState((state) => state.session.model?.plan ?? null);
  const steps = useMemo(
    () => (plan === null ? [] : cutSteps(plan, frg.maps, selection)),
    [plan, frg.maps, selection],
  );
  const pruned = plan === null ? 0 : countAt(plan, frg.maps, selection, p);
  const total = plan === null ? 0 : candidateCount(plan, frg.maps);
  const spared = useCut()?.spared ?? 0;
  const locked = useAppState((state) => ruleOf(state, 'p') !== null);
  const last = Math.max(0, steps.length - 1);
  return (
    <div className="ctl p" data-sym="p">
      <div className="lab">
        <label className="vh" htmlFor="p">
          p, which says how many maps go
        </label>
        <PField {...{ p, disabled: steps.length === 0 || locked, onP: app.setP }} />
        <output htmlFor="p">
          {plan !== null && (
            <>
              {cutCount({ count: pruned - spared, spared })}{' '}
              <span className="mut">of {count(total)} pruned</span>
            </>
          )}
        </output>
      </div>
      <Range
        id="p"
        className="cut"
        min={0}
        max={last}
        value={last - nearestStep(steps, pruned)}
        spoken={cutText(p, pruned - spared, total, 0, spared)}
        disabled={steps.length === 0 || locked}
        onChange={(value) => {
          const step = steps[last - value];
          if (step !== undefined) app.setP(step.p);
        }}
      />
    </div>
  );
}
