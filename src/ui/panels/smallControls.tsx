import type { ReactNode } from 'react';
import type { RunSpec } from '../../core/runSpec.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { useLocked } from '../useRule.ts';
import { Stepper } from '../controls/Stepper.tsx';

const MAX_SEED = 4294967295;

const specOf = (state: { run: { spec: RunSpec } }): RunSpec => state.run.spec;

/** T, the number of FRG steps. */
export function StepsControl(): ReactNode {
  const app = useApp();
  const { steps } = useAppState(specOf).frg;
  const disabled = useLocked('steps');
  return (
    <div className="ctl n" data-sym="steps">
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

/** The seed of every random draw. */
export function SeedControl(): ReactNode {
  const app = useApp();
  const { seed } = useAppState(specOf);
  const disabled = useLocked('seed');
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
    <div className="ctl n" data-sym="seed">
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

/** What is done in the place of FRG, where a link or the lesson asks for a control. */
const CONTROL_NAMES: Readonly<Record<RunSpec['control'], string>> = {
  none: 'Custom',
  random: 'Random maps',
  l1: 'L1 pruning',
  fineTuneOnly: 'Only tuning',
  oracle: 'Oracle',
};

/** Whole sets of settings: ours, the authors' code, the paper as printed. */
export function PresetControl({ onChoose }: { onChoose: (preset: Presets) => void }): ReactNode {
  const { preset, control } = useAppState(specOf);
  const disabled = useLocked('preset');
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
        {preset === 'custom' && <option value="custom">{CONTROL_NAMES[control]}</option>}
      </select>
    </div>
  );
}
