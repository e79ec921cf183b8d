import type { ReactNode } from 'react';
import type { StageName } from '../../bridge/runEvents.ts';
import { wilson95, type Rate } from '../../core/metrics.ts';
import { StageDisc } from '../controls/Glyph.tsx';

interface Props {
  readonly rows: readonly { readonly stage: StageName; readonly rate: Rate | null }[];
  /** The rates in words; null: there is none, and the empty lines are decoration. */
  readonly label: string | null;
}

/** Left and right margin of the 0 to 100 % line, percent of the box. */
const x = (share: number): number => 2 + 96 * share;

/** One rate in three states on lines from 0 to 100 %, with Wilson 95 % intervals. */
export function MetricPlot({ rows, label }: Props): ReactNode {
  const naming = label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <div className="plot" {...naming}>
      <svg viewBox="0 0 100 44" preserveAspectRatio="none">
        {rows.map(({ stage, rate }, index) => {
          const y = 8 + index * 14;
          const [low, high] = rate === null ? [0, 0] : wilson95(rate);
          return (
            <g key={stage}>
              <path
                d={`M2 ${String(y)}H98`}
                stroke="var(--line)"
                vectorEffect="non-scaling-stroke"
              />
              {rate !== null && (
                <path
                  d={`M${x(low).toFixed(2)} ${String(y)}H${Math.max(x(high), x(low) + 0.6).toFixed(2)}`}
                  stroke="var(--ink)"
                  strokeWidth="5"
                  opacity=".25"
                  vectorEffect="non-scaling-stroke"
                />
              )}
            </g>
          );
        })}
      </svg>
      {rows.map(
        ({ stage, rate }, index) =>
          rate !== null && (
            <span
              key={stage}
              style={{ left: `calc(${x(rate.value).toFixed(2)}% - 6px)`, top: index * 14 + 2 }}
            >
              <StageDisc stage={stage} />
            </span>
          ),
      )}
    </div>
  );
}
