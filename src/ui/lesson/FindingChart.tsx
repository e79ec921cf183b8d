import { scaleLinear } from 'd3';
import type { ReactNode } from 'react';
import type { RankedNetwork } from '../../store/findingView.ts';

interface Props {
  readonly networks: readonly RankedNetwork[];
  /** Of a model, by its id. */
  readonly titleOf: (model: string) => string;
  readonly width: number;
}

const [ROW, TOP] = [34, 4];

/** How far in front each ranking has the maps that carry the trigger, network by network. */
export function FindingChart({ networks, titleOf, width }: Props): ReactNode {
  const x = scaleLinear()
    .domain([0, 1])
    .range([6, width - 6]);
  const base = TOP + ROW * networks.length;
  const said = networks.map(
    ({ model, printed, lab }) =>
      `${titleOf(model)}: as printed ${printed.toFixed(2)}, lab ${lab.toFixed(2)}`,
  );
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(base + 20)}`}
      height={base + 20}
      role="img"
      aria-label={`Ranking quality, 1 is perfect, 0.5 blind. ${said.join('; ')}`}
    >
      {[0, 0.5, 1].map((tick) => (
        <g key={tick}>
          <path
            d={`M${String(x(tick))} ${String(TOP)}V${String(base)}`}
            stroke={tick === 0.5 ? 'var(--ghost-mark)' : 'var(--line)'}
            {...(tick === 0.5 ? { strokeDasharray: '3 3' } : {})}
          />
          <text
            className="ax s"
            x={x(tick)}
            y={base + 15}
            textAnchor={tick === 0 ? 'start' : tick === 1 ? 'end' : 'middle'}
          >
            {tick === 0.5 ? '0.5, blind' : tick}
          </text>
        </g>
      ))}
      {networks.map(({ model, seed, printed, lab }, row) => {
        const y = TOP + ROW * row + 25;
        return (
          <g key={`${model} ${String(seed)}`}>
            <text className="ax" x="6" y={y - 11}>
              {titleOf(model)}
            </text>
            <path
              d={`M${String(x(printed))} ${String(y)}H${String(x(lab))}`}
              stroke="var(--line-2)"
              strokeWidth="2"
            />
            <rect
              {...{ x: x(printed) - 4, y: y - 4, width: 8, height: 8 }}
              fill="var(--surface)"
              stroke="var(--ink)"
              strokeWidth="1.8"
            />
            <circle cx={x(lab)} cy={y} r="4.6" fill="var(--ink)" />
          </g>
        );
      })}
    </svg>
  );
}
