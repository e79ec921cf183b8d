import { scaleSqrt, max } from 'd3';
import { useMemo, useRef, type PointerEvent, type ReactNode } from 'react';
import { CARRIER, type Carriers } from '../../core/frg/carriers.ts';
import { PRUNED, type Cut, type Scored } from '../../store/scoring.ts';
import { nearestRow } from './frgLayout.ts';
import { offsetInStep } from './frgMarks.ts';
import { pointIn, useMarksCanvas } from './useMarksCanvas.ts';
import { useSize } from './useSize.ts';

interface Props {
  readonly carriers: Carriers;
  readonly scored: Scored;
  readonly cut: Cut;
  readonly focusRow: number | null;
  /** Changes with the theme, so that the canvas is painted again. */
  readonly theme: string;
  readonly summary: string;
  readonly onFocusRow: (row: number) => void;
}

const [HEIGHT, LEFT, TOP, BASE] = [236, 34, 8, 206];
const REACH = 14;

/** Suspicion of every map against what the trigger does to it: top right is what should be cut. */
export function CarrierScatter(props: Props): ReactNode {
  const { carriers, scored, cut, focusRow, theme, onFocusRow } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useSize(box).width;
  const { change, carries } = carriers;
  const x = useMemo(
    () =>
      scaleSqrt()
        .domain([0, Math.max(2 * CARRIER, max(change) ?? 0)])
        .range([LEFT, Math.max(LEFT + 1, width - 6)]),
    [change, width],
  );
  const y = (share: number): number => BASE - share * (BASE - TOP);
  const marks = useMemo(() => {
    const { maps, rows, labels } = scored.table;
    const step = 1 / Math.max(1, labels.length);
    const shareOf = (row: number): number => scored.suspicion[row] ?? 0;
    const at = (row: number): number =>
      shareOf(row) + step * offsetInStep(maps[row] ?? 0, shareOf(row));
    return {
      x: Float32Array.from({ length: rows }, (_, row) => x(change[row] ?? 0)),
      y: Float32Array.from({ length: rows }, (_, row) => BASE - at(row) * (BASE - TOP)),
    };
  }, [scored, change, x]);
  const picture = useMemo(
    () => ({ marks, suspicion: scored.suspicion, verdict: cut.verdict, stale: false }),
    [marks, scored, cut],
  );
  const canvas = useMarksCanvas({ width, height: HEIGHT, theme }, picture);
  const onPointerMove = (event: PointerEvent): void => {
    const row = nearestRow(marks, ...pointIn(event, width), REACH);
    if (row !== null && row !== focusRow) onFocusRow(row);
  };
  const rows = Array.from(carries.keys());
  const cutRows = rows.filter((row) => cut.verdict[row] === PRUNED);
  const found = cutRows.filter((row) => carries[row] === 1).length;
  const line = y(cut.line);
  const limit = x(CARRIER);
  return (
    <div ref={box} className="scatter" style={{ height: HEIGHT }} onPointerMove={onPointerMove}>
      <canvas ref={canvas} role="img" aria-label={props.summary} />
      {width > 0 && (
        <svg aria-hidden="true">
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <path
                d={`M${String(LEFT)} ${String(y(share))}H${String(width)}`}
                stroke="var(--line)"
              />
              <text className="ax" x={LEFT - 6} y={y(share) + 4} textAnchor="end">
                {share * 100}
              </text>
            </g>
          ))}
          {x.ticks(4).map((tick) => (
            <text key={tick} className="ax s" x={x(tick)} y={BASE + 16} textAnchor="middle">
              {tick}×
            </text>
          ))}
          <path d={`M${String(LEFT)} ${String(line)}H${String(width)}`} stroke="var(--cut-mark)" />
          <path
            d={`M${String(limit)} ${String(TOP)}V${String(BASE)}`}
            stroke="var(--eye-mark)"
            strokeDasharray="2 3"
          />
          <text className="ax eye-n" x={width - 4} y={line - 7} textAnchor="end">
            {found} found
          </text>
          <text className="ax eye-n" x={width - 4} y={line + 17} textAnchor="end">
            {carriers.total - found} missed
          </text>
          <text className="ax cut-n" x={LEFT + 4} y={line - 7}>
            {cutRows.length - found} cut that do not carry it
          </text>
          <text className="ax s" x={width - 4} y={HEIGHT - 2} textAnchor="end">
            change by the trigger, times the layer’s mean
          </text>
          {focusRow !== null && (
            <circle
              cx={marks.x[focusRow]}
              cy={marks.y[focusRow]}
              r="7"
              fill="none"
              stroke="var(--ink)"
              strokeWidth="2"
            />
          )}
        </svg>
      )}
    </div>
  );
}
