import type { ReactNode } from 'react';
import type { FrgLayout, LayerBox } from './frgLayout.ts';

/** What the strip below the chart says of one layer. */
export interface LayerSummary {
  /** Median suspicion of its scored maps; null before the first. */
  readonly median: number | null;
  readonly pruned: number;
  /** Kept by hand. */
  readonly spared: number;
}

interface Props {
  readonly layout: FrgLayout;
  readonly summaries: readonly LayerSummary[];
  /** Height of the cut line; null while there is none. */
  readonly cutY: number | null;
  /** Right edge of what is scored while the sweep runs; null when complete or empty. */
  readonly sweepX: number | null;
  readonly focus: {
    readonly x: number;
    readonly y: number;
    readonly layer: LayerBox | null;
  } | null;
  readonly strip: boolean;
  readonly stale: boolean;
  readonly patternId: string;
}

const QUARTERS = [0, 0.25, 0.5, 0.75, 1];
/** Ticks stack up to this many; more only thicken the message. */
const MAX_TICKS = 5;

function Axis({ layout, cutY }: Pick<Props, 'layout' | 'cutY'>): ReactNode {
  return QUARTERS.map((share) => {
    const y = layout.y(share);
    const covered = cutY !== null && Math.abs(y - cutY) < 16;
    return (
      <g key={share}>
        <path
          d={`M${String(layout.left)} ${String(y)}H${String(layout.right)}`}
          stroke="var(--line)"
        />
        {!covered && (
          <text className="ax" x={layout.left - 8} y={y + 4} textAnchor="end">
            {share * 100}
            {share === 1 ? '%' : ''}
          </text>
        )}
      </g>
    );
  });
}

function Strip({
  layout,
  summaries,
  stale,
}: Pick<Props, 'layout' | 'summaries' | 'stale'>): ReactNode {
  return layout.layers.map(({ conv, x, width }, index) => {
    const { median = null, pruned = 0, spared = 0 } = summaries[index] ?? {};
    const ticks = Math.min(pruned + spared, MAX_TICKS);
    // Those kept by hand stay in sight also where there are more ticks than room.
    const solid = ticks - Math.min(spared, ticks);
    const ink = median === null ? 0.06 : Math.max(0.12, Math.min(0.85, 0.12 + median * 3.5));
    const tick = Math.min(width, 12);
    return (
      <g key={conv.name}>
        <rect
          x={x}
          y={layout.bottom + 6}
          width={width}
          height="7"
          rx="1.5"
          fill="var(--ink)"
          opacity={ink.toFixed(2)}
        />
        {Array.from({ length: ticks }, (_, j) => (
          <rect
            key={j}
            x={x + (width - tick) / 2}
            y={layout.bottom + 16 + j * 3.4}
            width={tick}
            height="2.3"
            fill={j >= solid ? 'none' : stale ? 'var(--ghost-mark)' : 'var(--cut-mark)'}
            stroke={j < solid ? undefined : stale ? 'var(--ghost-mark)' : 'var(--kept-mark)'}
          />
        ))}
      </g>
    );
  });
}

/** Axes, hatch, layer strip and the focused mark: everything around the painted marks. */
export function FrgOverlay(props: Props): ReactNode {
  const { layout, cutY, sweepX, focus, strip, stale, patternId } = props;
  const { left, right, top, bottom } = layout;
  return (
    <g aria-hidden="true">
      <defs>
        <pattern
          id={patternId}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0V6" stroke="var(--cut-mark)" opacity=".3" />
        </pattern>
      </defs>
      {cutY !== null && !stale && (
        <rect
          x={left}
          y={top}
          width={right - left}
          height={Math.max(0, cutY - top)}
          fill={`url(#${patternId})`}
          opacity=".55"
        />
      )}
      <Axis {...{ layout, cutY }} />
      {strip && <Strip {...props} />}
      {layout.labels.map(({ text, x }) => (
        <text key={text} className="ax s" x={x} y={layout.height - 3} textAnchor="middle">
          {text}
        </text>
      ))}
      {sweepX !== null && (
        <>
          <path
            d={`M${String(sweepX)} ${String(top)}V${String(bottom + 14)}`}
            stroke="var(--act)"
            strokeWidth="1.5"
          />
          <rect
            x={sweepX}
            y={top}
            width={Math.max(0, right - sweepX)}
            height={bottom - top}
            fill="var(--sunken)"
            opacity=".55"
          />
        </>
      )}
      {focus !== null && (
        <>
          {focus.layer !== null && (
            <rect
              x={focus.layer.x - 1.5}
              y={top}
              width={focus.layer.width + 3}
              height={bottom - top + 14}
              fill="none"
              stroke="var(--ink)"
              rx="2"
              opacity=".4"
            />
          )}
          <circle
            cx={focus.x}
            cy={focus.y}
            r="7.5"
            fill="none"
            stroke="var(--ink)"
            strokeWidth="2"
          />
        </>
      )}
    </g>
  );
}
