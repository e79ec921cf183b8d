import { line, scaleLinear, scaleSymlog } from 'd3';
import type { ReactNode } from 'react';
import type { MapCurvePoint } from '../../bridge/mapLab.ts';
import { curveFinding } from '../text/curveText.ts';

interface Props {
  /** Weakest ε first; as far as they have come. */
  readonly points: readonly MapCurvePoint[];
  /** The bound of the sweep on show, pixels in [0, 1]. */
  readonly own: number;
  readonly width: number;
}

const [HEIGHT, LEFT, TOP, BASE] = [128, 28, 8, 98];
/** In 1/255; more would touch one another. */
const TICKS = [0, 2, 8, 32, 128];

/** Accuracy on the FRG images of one map by ε, against the clean accuracy it starts from. */
export function EpsCurve({ points, own, width }: Props): ReactNode {
  const x = scaleSymlog()
    .domain([0, 128])
    .constant(1)
    .range([LEFT + 5, width - 8]);
  const y = scaleLinear().domain([0, 1]).range([BASE, TOP]);
  const at = ({ eps }: MapCurvePoint): number => x(eps * 255);
  const path = line<MapCurvePoint>()
    .x(at)
    .y(({ accuracy }) => y(accuracy))([...points]);
  const clean = points[0]?.accuracy;
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`}
      height={HEIGHT}
      role="img"
      aria-label={`Accuracy by ε: ${curveFinding(points)}`}
    >
      {[0, 0.5, 1].map((tick) => (
        <g key={tick}>
          <path
            d={`M${String(LEFT)} ${String(y(tick))}H${String(width - 4)}`}
            stroke="var(--line)"
          />
          <text className="ax" x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {tick * 100}
          </text>
        </g>
      ))}
      {TICKS.map((k) => (
        <text
          key={k}
          className="ax s"
          x={k === 128 ? width - 4 : x(k)}
          y={BASE + 15}
          textAnchor={k === 128 ? 'end' : 'middle'}
        >
          {k}
        </text>
      ))}
      <text className="ax s" x={width - 4} y={HEIGHT - 2} textAnchor="end">
        ε in 1/255
      </text>
      {clean !== undefined && (
        <path
          d={`M${String(LEFT)} ${String(y(clean))}H${String(width - 4)}`}
          stroke="var(--ghost-mark)"
          strokeDasharray="4 3"
        />
      )}
      <path d={path ?? ''} fill="none" stroke="var(--ink)" strokeWidth="1.8" />
      {points.map((point) => {
        const isOwn = Math.abs(point.eps - own) < 1e-9;
        return (
          <circle
            key={point.eps}
            cx={at(point)}
            cy={y(point.accuracy)}
            r={isOwn ? 4.6 : 2.2}
            fill={isOwn ? 'var(--surface)' : 'var(--ink)'}
            stroke={isOwn ? 'var(--cut-mark)' : 'none'}
            strokeWidth="2.2"
          />
        );
      })}
    </svg>
  );
}
