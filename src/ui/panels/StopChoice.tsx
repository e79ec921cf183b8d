import type { ReactNode } from 'react';
import type { FineTuneSpec } from '../../core/runSpec.ts';
import { useApp } from '../AppContext.ts';
import { plural } from '../text/format.ts';

const OFFERED = [1, 2, 3, 5, 10];

interface Props {
  readonly fineTune: FineTuneSpec;
  readonly disabled: boolean;
}

/** When fine-tuning ends: after its last epoch, or once so many epochs have brought no gain. */
export function StopChoice({ fineTune, disabled }: Props): ReactNode {
  const app = useApp();
  const { patience } = fineTune;
  // The first epoch is a gain, so that the stop comes after one more at the earliest.
  const offered = OFFERED.filter((n) => n + 1 < fineTune.epochs);
  const all =
    patience === undefined || offered.includes(patience) ? offered : [...offered, patience];
  if (all.length === 0) return null;
  return (
    <select
      className="sel"
      aria-label="When fine-tuning ends"
      disabled={disabled}
      value={patience ?? ''}
      onChange={({ currentTarget: { value } }) => {
        app.setSpec((spec) => {
          const { patience: before, ...rest } = spec.fineTune;
          const now = value === '' ? undefined : Number(value);
          if (now === before) return spec;
          const next = now === undefined ? rest : { ...rest, patience: now };
          return { ...spec, preset: 'custom', fineTune: next };
        });
      }}
    >
      <option value="">run all</option>
      {all.map((n) => (
        <option key={n} value={n}>
          stop after {plural(n, 'epoch')} without gain
        </option>
      ))}
    </select>
  );
}
