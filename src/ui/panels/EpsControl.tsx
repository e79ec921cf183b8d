import type { ReactNode } from 'react';
import { epsText } from '../../store/selectors.ts';
import { LARGEST_EPS } from '../../store/urlCodec.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { useLocked } from '../useRule.ts';
import { Range } from '../controls/Range.tsx';

/** Where the thumb waits while `auto` has not found an eps yet. */
const EPS_REST = 24;

/** ε from 1/255 to 128/255, or `auto`; after a run, auto shows what it found. */
export function EpsControl(): ReactNode {
  const app = useApp();
  const { eps } = useAppState((state) => state.run.spec.frg);
  const locked = useLocked('eps');
  const found = useAppState(({ results }) =>
    results.sweep?.spec.frg.eps === 'auto' ? results.sweep.eps : null,
  );
  const auto = eps === 'auto';
  const shown = auto ? found : eps;
  const set = (next: number | 'auto'): void => {
    app.setSpec((spec) => ({ ...spec, frg: { ...spec.frg, eps: next } }));
  };
  return (
    <div className={auto ? 'ctl eps auto' : 'ctl eps'} data-sym="eps">
      <div className="lab">
        <label htmlFor="eps">
          ε<span className="long"> bound</span>
        </label>
        <button
          type="button"
          className="mini-toggle"
          aria-pressed={auto}
          aria-label="Find ε automatically"
          disabled={locked}
          onClick={() => {
            set(auto ? (found ?? EPS_REST / 255) : 'auto');
          }}
        >
          auto
        </button>
        <output htmlFor="eps">{shown === null ? '' : epsText(shown)}</output>
      </div>
      <Range
        id="eps"
        min={1}
        max={LARGEST_EPS}
        value={Math.max(1, Math.min(LARGEST_EPS, Math.round((shown ?? EPS_REST / 255) * 255)))}
        spoken={
          auto ? `automatic${found === null ? '' : `, found ${epsText(found)}`}` : epsText(eps)
        }
        disabled={locked}
        onChange={(k) => {
          set(k / 255);
        }}
      />
    </div>
  );
}
