import { useMemo, type ReactNode } from 'react';
import type { RunSpec } from '../../core/runSpec.ts';
import { candidateCount, countAt, cutSteps, nearestStep } from '../../store/cutSteps.ts';
import { epsText, isBusy } from '../../store/selectors.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { Range } from '../controls/Range.tsx';
import { Stepper } from '../controls/Stepper.tsx';
import { count, pText } from '../text/format.ts';

const EPS_STEPS = 128;
const MAX_SEED = 4294967295;
/** Where the thumb waits while `auto` has not found an eps yet. */
const EPS_REST = 24;

const specOf = (state: { run: { spec: RunSpec } }): RunSpec => state.run.spec;

/** ε from 1/255 to 128/255, or `auto`; after a run, auto shows what it found. */
export function EpsControl(): ReactNode {
  const app = useApp();
  const { eps } = useAppState(specOf).frg;
  const locked = useAppState(isBusy);
  const found = useAppState(({ results }) =>
    results.sweep?.spec.frg.eps === 'auto' ? results.sweep.eps : null,
  );
  const auto = eps === 'auto';
  const shown = auto ? found : eps;
  const set = (next: number | 'auto'): void => {
    app.setSpec((spec) => ({ ...spec, frg: { ...spec.frg, eps: next } }));
  };
  return (
    <div className={auto ? 'ctl eps auto' : 'ctl eps'}>
      <div className="lab">
        <label htmlFor="eps">ε bound</label>
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
        max={EPS_STEPS}
        value={Math.max(1, Math.min(EPS_STEPS, Math.round((shown ?? EPS_REST / 255) * 255)))}
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

/** T, the number of FRG steps. */
export function StepsControl(): ReactNode {
  const app = useApp();
  const { steps } = useAppState(specOf).frg;
  const disabled = useAppState(isBusy);
  return (
    <div className="ctl n">
      <span className="lab" aria-hidden="true">
        Steps
      </span>
      <Stepper
        {...{ label: 'FRG steps', value: steps, min: 1, max: 100, disabled }}
        onChange={(next) => {
          app.setSpec((spec) => ({ ...spec, frg: { ...spec.frg, steps: next } }));
        }}
      />
    </div>
  );
}

/** p, with what it prunes beside it: to the right p grows and fewer maps go. */
export function PControl(): ReactNode {
  const app = useApp();
  const { p, selection, frg } = useAppState(specOf);
  const plan = useAppState((state) => state.session.model?.plan ?? null);
  const steps = useMemo(
    () => (plan === null ? [] : cutSteps(plan, frg.maps, selection)),
    [plan, frg.maps, selection],
  );
  const pruned = plan === null ? 0 : countAt(plan, frg.maps, selection, p);
  const total = plan === null ? 0 : candidateCount(plan, frg.maps);
  const last = Math.max(0, steps.length - 1);
  return (
    <div className="ctl p">
      <label className="lab" htmlFor="p">
        <b className="num">p = {pText(p)}</b>
        <output htmlFor="p">
          {plan !== null && (
            <>
              {count(pruned)} <span className="mut">of {count(total)} pruned</span>
            </>
          )}
        </output>
      </label>
      <Range
        id="p"
        className="cut"
        min={0}
        max={last}
        value={last - nearestStep(steps, pruned)}
        spoken={`p ${pText(p)}: ${count(pruned)} of ${count(total)} feature maps pruned`}
        disabled={steps.length === 0}
        onChange={(value) => {
          const step = steps[last - value];
          if (step !== undefined) app.setP(step.p);
        }}
      />
    </div>
  );
}

/** The seed of every random draw. */
export function SeedControl(): ReactNode {
  const app = useApp();
  const { seed } = useAppState(specOf);
  const disabled = useAppState(isBusy);
  const set = (next: number): void => {
    app.setSpec((spec) => ({ ...spec, seed: next }));
  };
  const dice = (
    <button
      type="button"
      aria-label="New seed"
      title="New seed"
      disabled={disabled}
      onClick={() => {
        set(crypto.getRandomValues(new Uint16Array(1))[0] ?? 0);
      }}
    >
      <Icon name="dice" />
    </button>
  );
  return (
    <div className="ctl n">
      <span className="lab" aria-hidden="true">
        Seed
      </span>
      <Stepper
        label="Seed"
        value={seed}
        min={0}
        max={MAX_SEED}
        wide
        {...{ disabled, action: dice }}
        onChange={set}
      />
    </div>
  );
}

type Presets = Exclude<RunSpec['preset'], 'custom'>;
const PRESETS: readonly (readonly [Presets, string])[] = [
  ['lab', 'Lab'],
  ['released', 'Released'],
  ['paper', 'Paper'],
];

/** Whole sets of settings: ours, the authors' code, the paper as printed. */
export function PresetControl({ onChoose }: { onChoose: (preset: Presets) => void }): ReactNode {
  const { preset } = useAppState(specOf);
  const disabled = useAppState(isBusy);
  return (
    <div className="ctl n">
      <label className="lab" htmlFor="preset">
        Preset
      </label>
      <select
        id="preset"
        className="sel"
        value={preset}
        disabled={disabled}
        onChange={(event) => {
          const chosen = PRESETS.find(([id]) => id === event.currentTarget.value);
          if (chosen !== undefined) onChoose(chosen[0]);
        }}
      >
        {PRESETS.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {preset === 'custom' && <option value="custom">Custom</option>}
      </select>
    </div>
  );
}
