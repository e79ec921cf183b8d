import type { ReactNode } from 'react';
import type { Metric } from '../../core/study/statistics.ts';
import type { CompareView } from '../../store/compareView.ts';
import { percent } from '../text/format.ts';
import { METRIC_NAMES, METRIC_TONES } from './metricLook.ts';
import { type ChartRow, type CompareLayout, layoutCompare } from './compareLayout.ts';

interface Props {
  readonly view: CompareView;
  readonly metric: Metric;
  readonly width: number;
}

function Grid({ layout }: { layout: CompareLayout }): ReactNode {
  const { ticks, top, bottom } = layout;
  return ticks.map(({ x, text }) => (
    <g key={text}>
      <path d={`M${String(x)} ${String(top)}V${String(bottom)}`} stroke="var(--line)" />
      <text className="ax s" x={x} y={bottom + 16} textAnchor="middle">
        {text}
      </text>
    </g>
  ));
}

function Marks({ row, tone, left }: { row: ChartRow; tone: string; left: number }): ReactNode {
  const { y, bar, dots, interval, tick, ghost } = row;
  const colour = ghost ? 'var(--ghost-mark)' : tone;
  return (
    <>
      {bar !== null && (
        <rect
          {...{ x: left, y: y - 5, width: Math.max(1, bar - left), height: 10 }}
          fill={colour}
          opacity=".28"
        />
      )}
      {interval !== null && (
        <path
          d={`M${String(interval[0])} ${String(y)}H${String(interval[1])}`}
          stroke={colour}
          strokeWidth="1.5"
        />
      )}
      {bar !== null && (
        <path d={`M${String(bar)} ${String(y - 7)}v14`} stroke={colour} strokeWidth="2.5" />
      )}
      {dots.map((x, seed) => (
        <circle
          key={seed}
          {...{ cx: x, cy: y, r: 3.2, fill: colour }}
          stroke="var(--surface)"
          strokeWidth=".8"
        />
      ))}
      {tick !== null && (
        <path
          d={`M${String(tick)} ${String(y - 10)}v20`}
          stroke="var(--ink-2)"
          strokeWidth="1.6"
          strokeDasharray="3 2"
        />
      )}
    </>
  );
}

function missing({ veiled }: Pick<ChartRow, 'veiled'>): string {
  return veiled ? 'hidden from the defender' : 'not measured';
}

/** One rate of every method: a dot per seed, the mean as a bar, the paper's value as a tick. */
export function CompareChart({ view, metric, width }: Props): ReactNode {
  const layout = layoutCompare(view, metric, width);
  const [name] = METRIC_NAMES[metric];
  const said = layout.rows
    .map(({ label, ...row }) => `${label} ${row.mean === null ? missing(row) : percent(row.mean)}`)
    .join(', ');
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(layout.height)}`}
      {...{ width, height: layout.height }}
      role="img"
      aria-label={`${name} in per cent by method: ${said}`}
    >
      <Grid layout={layout} />
      {layout.rows.map((row) => (
        <g key={row.key}>
          <text className={row.ghost ? 'ax' : 'ax strong'} x="0" y={row.y + 4}>
            {row.label}
          </text>
          <Marks row={row} tone={METRIC_TONES[metric]} left={layout.left} />
          <text className="ax strong" x={width} y={row.y + 4} textAnchor="end">
            {row.mean === null ? (row.veiled ? 'hidden' : '–') : percent(row.mean)}
          </text>
        </g>
      ))}
    </svg>
  );
}
