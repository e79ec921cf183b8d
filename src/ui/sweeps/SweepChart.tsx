import type { ReactNode } from 'react';
import type { Metric } from '../../core/study/statistics.ts';
import { valueText } from '../../store/sweeps.ts';
import type { SweepView } from '../../store/sweepsView.ts';
import { METRIC_NAMES, METRIC_TONES } from '../compare/metricLook.ts';
import { percent } from '../text/format.ts';
import { layoutSweep, type SweepLayout } from './sweepLayout.ts';

interface Props {
  readonly view: SweepView;
  readonly metric: Metric;
  readonly width: number;
}

function Axes({ layout }: { layout: SweepLayout }): ReactNode {
  const { left, right, base, xTicks, yTicks } = layout;
  return (
    <>
      {yTicks.map(({ y, text }) => (
        <g key={text}>
          <path d={`M${String(left)} ${String(y)}H${String(right)}`} stroke="var(--line)" />
          <text className="ax s" x={left - 6} y={y + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ x, text }) => (
        <text key={text} className="ax" x={x} y={base + 18} textAnchor="middle">
          {text}
        </text>
      ))}
    </>
  );
}

/** One rate over the moved setting, with 95 % intervals, and the paper's curve beside it. */
export function SweepChart({ view, metric, width }: Props): ReactNode {
  const layout = layoutSweep(view, metric, width);
  const { marks, ours, paper, paperDots } = layout;
  const tone = METRIC_TONES[metric];
  const [name] = METRIC_NAMES[metric];
  const said = marks
    .map(({ value, mean }) => `${valueText(view.over, value)}: ${percent(mean)}`)
    .join(', ');
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(layout.height)}`}
      {...{ width, height: layout.height }}
      role="img"
      aria-label={`${name} in per cent over the values: ${said === '' ? 'not measured' : said}`}
    >
      <Axes layout={layout} />
      <path d={paper} fill="none" stroke="var(--ghost-mark)" strokeDasharray="5 3" />
      {paperDots.map(({ x, y }) => (
        <rect key={x} {...{ x: x - 3, y: y - 3, width: 6, height: 6 }} fill="var(--ghost-mark)" />
      ))}
      <path d={ours} fill="none" stroke={tone} strokeWidth="1.8" />
      {marks.map(({ x, y, interval, dots }) => (
        <g key={x}>
          <path
            d={`M${String(x)} ${String(interval[0])}V${String(interval[1])}`}
            stroke={tone}
            strokeWidth="6"
            opacity=".25"
          />
          {dots.length > 1 &&
            dots.map((dot, seed) => (
              <circle key={seed} {...{ cx: x, cy: dot, r: 2 }} fill={tone} opacity=".7" />
            ))}
          <circle cx={x} cy={y} r="4" fill={tone} stroke="var(--surface)" />
        </g>
      ))}
    </svg>
  );
}
