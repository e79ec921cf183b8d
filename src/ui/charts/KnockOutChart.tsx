import { line, scaleLinear, scaleSymlog } from 'd3';
import type { ReactNode } from 'react';
import type { CutPoint } from '../../core/frg/knockOut.ts';
import { ladderText } from '../text/knockOutText.ts';

interface Props {
  /** By rising count, as far as they have come. */
  readonly points: readonly CutPoint[];
  /** The largest count that may be tried. */
  readonly last: number;
  /** Maps that the line cuts now. */
  readonly pruned: number;
  /** Null: none. */
  readonly suggested: number | null;
  /** Of the network: its inverse is chance. */
  readonly classes: number;
  readonly width: number;
}

const [HEIGHT, LEFT, TOP, BASE] = [132, 28, 8, 112];
const TICKS = [0, 4, 16, 64, 256];
const TRIANGLE = 'M0 -4L3.8 2.8H-3.8Z';

/** Share of the suspected class among the probes and clean Acc, by maps cut; hollow: fine-tuned. */
export function KnockOutChart(props: Props): ReactNode {
  const { points, last, pruned, suggested, classes, width } = props;
  const right = width - 8;
  const x = scaleSymlog()
    .domain([0, last])
    .constant(4)
    .range([LEFT + 5, right]);
  const y = scaleLinear().domain([0, 1]).range([BASE, TOP]);
  const plain = points.filter(({ tuned }) => !tuned);
  const after = points.filter(({ tuned }) => tuned);
  const path = (part: readonly CutPoint[], value: (point: CutPoint) => number): string =>
    line<CutPoint>()
      .x(({ count }) => x(count))
      .y((point) => y(value(point)))([...part]) ?? '';
  const upright = (count: number): string =>
    `M${String(x(Math.min(count, last)))} ${String(TOP)}V${String(BASE)}`;
  const [first] = points;
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`}
      height={HEIGHT}
      role="img"
      aria-label={ladderText(points)}
    >
      {[0, 0.5, 1].map((tick) => (
        <g key={tick}>
          <path d={`M${String(LEFT)} ${String(y(tick))}H${String(right)}`} stroke="var(--line)" />
          <text className="ax" x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {tick * 100}
          </text>
        </g>
      ))}
      {TICKS.filter((tick) => tick <= last).map((tick) => (
        <text key={tick} className="ax s" x={x(tick)} y={HEIGHT - 3} textAnchor="middle">
          {tick}
        </text>
      ))}
      <path
        d={`M${String(LEFT)} ${String(y(1 / classes))}H${String(right)}`}
        stroke="var(--ghost-mark)"
        strokeDasharray="2 3"
      />
      {pruned <= last && <path d={upright(pruned)} stroke="var(--cut-mark)" strokeWidth="1.5" />}
      {suggested !== null && (
        <path d={upright(suggested)} stroke="var(--ink)" strokeDasharray="4 3" />
      )}
      {[plain, after].map((part, i) => (
        <g key={i} fill="none" strokeWidth="1.8" {...(i === 0 ? {} : { strokeDasharray: '5 3' })}>
          <path d={path(part, ({ acc }) => acc)} stroke="var(--ink)" />
          <path d={path(part, ({ share }) => share)} stroke="var(--cut-mark)" />
        </g>
      ))}
      {points.map(({ count, tuned, share, acc }) => (
        <g key={`${String(count)} ${String(tuned)}`} strokeWidth="1.4">
          <circle
            {...{ cx: x(count), cy: y(acc), r: tuned ? 3.4 : 2.4 }}
            fill={tuned ? 'var(--surface)' : 'var(--ink)'}
            stroke="var(--ink)"
          />
          <path
            d={TRIANGLE}
            transform={`translate(${String(x(count))} ${String(y(share))})`}
            fill={tuned ? 'var(--surface)' : 'var(--cut-mark)'}
            stroke="var(--cut-mark)"
          />
        </g>
      ))}
      {first !== undefined && (
        <text className="ax strong" x={LEFT + 5} y={y(first.acc) + 17}>
          Acc
        </text>
      )}
      {suggested !== null && (
        <text
          className="ax strong"
          x={x(suggested) + (x(suggested) > right - 30 ? -5 : 5)}
          y={y(0.5) - 4}
          textAnchor={x(suggested) > right - 30 ? 'end' : 'start'}
        >
          {suggested}
        </text>
      )}
    </svg>
  );
}
