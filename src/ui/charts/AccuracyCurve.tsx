import { line, scaleLinear } from 'd3';
import type { ReactNode } from 'react';

interface Props {
  readonly counts: Int32Array;
  /** In [0, 1], one per count. */
  readonly acc: Float32Array;
  readonly pruned: number;
  readonly width: number;
}

const [HEIGHT, LEFT, BASE, TOP] = [112, 30, 92, 6];

/** Linear interpolation of the curve at a count inside its range. */
export function accAt(counts: Int32Array, acc: Float32Array, count: number): number {
  const after = counts.findIndex((k) => k >= count);
  if (after <= 0) return acc[after === 0 ? 0 : acc.length - 1] ?? 0;
  const [k0, k1] = [counts[after - 1] ?? 0, counts[after] ?? 0];
  const [a0, a1] = [acc[after - 1] ?? 0, acc[after] ?? 0];
  return a0 + ((a1 - a0) * (count - k0)) / (k1 - k0 || 1);
}

/** Clean accuracy by number of maps cut, with the line's place on it. */
export function AccuracyCurve({ counts, acc, pruned, width }: Props): ReactNode {
  const last = counts.at(-1) ?? 1;
  const low = Math.min(0.9, Math.floor(Math.min(...acc) * 10) / 10);
  const x = scaleLinear()
    .domain([0, last])
    .range([LEFT, width - 4]);
  const y = scaleLinear().domain([low, 1]).range([BASE, TOP]);
  const path = line<number>()
    .x((_, i) => x(counts[i] ?? 0))
    .y((value) => y(value))([...acc]);
  const at = Math.min(pruned, last);
  const middle = Math.round((low + 1) * 50) / 100;
  const onRight = x(at) > width - 80;
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`}
      height={HEIGHT}
      role="img"
      aria-label={`Acc falls from ${((acc[0] ?? 0) * 100).toFixed(1)} to ${((acc.at(-1) ?? 0) * 100).toFixed(1)} percent as ${String(last)} maps are cut`}
    >
      <rect
        x={LEFT}
        y={TOP}
        width={Math.max(0, x(at) - LEFT)}
        height={BASE - TOP}
        fill="var(--cut-wash)"
      />
      {[low, middle, 1].map((tick) => (
        <g key={tick}>
          <path
            d={`M${String(LEFT)} ${String(y(tick))}H${String(width - 4)}`}
            stroke="var(--line)"
          />
          <text className="ax" x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
            {Math.round(tick * 100)}
          </text>
        </g>
      ))}
      {x.ticks(3).map((tick) => (
        <text
          key={tick}
          className="ax s"
          x={x(tick)}
          y={HEIGHT - 3}
          textAnchor={tick === 0 ? 'start' : x(tick) > width - 20 ? 'end' : 'middle'}
        >
          {tick}
        </text>
      ))}
      <path d={path ?? ''} fill="none" stroke="var(--ink)" strokeWidth="1.8" />
      <path
        d={`M${String(x(at))} ${String(TOP)}V${String(BASE)}`}
        stroke="var(--cut-mark)"
        strokeWidth="1.5"
      />
      <circle
        cx={x(at)}
        cy={y(accAt(counts, acc, at))}
        r="4"
        fill="var(--surface)"
        stroke="var(--cut-mark)"
        strokeWidth="2"
      />
      <text
        className="ax cut-n"
        x={x(at) + (onRight ? -6 : 6)}
        y={BASE - 6}
        textAnchor={onRight ? 'end' : 'start'}
      >
        {pruned} {pruned === 1 ? 'map' : 'maps'}
      </text>
    </svg>
  );
}
