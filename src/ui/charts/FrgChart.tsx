import { memo, useId, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { locateMap, type MapScope, type NetworkPlan } from '../../core/network/plan.ts';
import type { CutStep } from '../../store/cutSteps.ts';
import { nearestStep } from '../../store/cutSteps.ts';
import type { Cut, Scored } from '../../store/scoring.ts';
import type { MapRange, Order } from '../../store/viewState.ts';
import { CutLine } from './CutLine.tsx';
import { placeGhost } from './frgGhost.ts';
import { countAbove, layoutFrg, nearestRow } from './frgLayout.ts';
import { placeMarks, cutSegments, layerSummaries } from './frgMarks.ts';
import { MapWalk } from './MapWalk.tsx';
import { FrgOverlay } from './FrgOverlay.tsx';
import { pointIn, useMarksCanvas } from './useMarksCanvas.ts';
import { useSize } from './useSize.ts';
import { walkPlaces } from './walk.ts';

export interface CardPlace {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of the cut line; null where there is none. */
  readonly cutY: number | null;
}

interface Props {
  readonly plan: NetworkPlan;
  readonly scope: MapScope;
  readonly scored: Scored;
  /** Null while the sweep is incomplete. */
  readonly cut: Cut | null;
  readonly steps: readonly CutStep[];
  readonly p: number;
  readonly order: Order;
  /** Order of the one layer that is shown; null: all. */
  readonly layer: number | null;
  readonly stale: boolean;
  /** The sweep before, drawn behind; null: none, or not wanted. */
  readonly before: Scored | null;
  /** Per row, 1: carries the trigger. Null: not known, or not to be seen. */
  readonly carries: Uint8Array | null;
  readonly perLayer: boolean;
  /** Changes with the theme, so that the canvas is painted again. */
  readonly theme: string;
  readonly focusRow: number | null;
  /** Maps that are looked at among the others; null: all alike. */
  readonly range: MapRange | null;
  readonly onRange: (range: MapRange | null) => void;
  readonly onPin: (map: number) => void;
  /** The spoken value of the map that is looked at. */
  readonly spoken: string;
  /** True: a person asked for this map; narrow charts open no card of their own accord. */
  readonly asked: boolean;
  readonly onFocusRow: (row: number | null) => void;
  /** The line cannot be moved. */
  readonly locked?: boolean;
  readonly onP: (p: number) => void;
  readonly summary: string;
  readonly card: (place: CardPlace) => ReactNode;
}

const REACH = 12;
const NARROW = 460;

/** Every feature map as a mark, and the line that cuts them. */
export const FrgChart = memo(function FrgChart(props: Props): ReactNode {
  const { plan, scope, scored, cut, steps, order, stale, carries, theme, before, range } = props;
  const { onFocusRow, onP } = props;
  const box = useRef<HTMLDivElement>(null);
  const patternId = useId();
  const { width, height } = useSize(box);
  const focusRow = props.asked || width >= NARROW ? props.focusRow : null;
  const only = cut === null ? null : props.layer;
  const [dragging, setDragging] = useState(false);
  const layout = useMemo(
    () => layoutFrg(plan, scope, cut === null ? 'layer' : order, width, height, only),
    [plan, scope, cut, order, width, height, only],
  );
  const marks = useMemo(() => placeMarks(layout, scored, cut), [layout, scored, cut]);
  const ghost = useMemo(
    () => (before === null ? null : placeGhost(layout, before, cut === null ? 'layer' : order)),
    [layout, before, cut, order],
  );
  const outside = useMemo(
    () =>
      range === null
        ? null
        : Uint8Array.from(scored.table.maps, (map) => (map < range.from || map > range.to ? 1 : 0)),
    [scored, range],
  );
  const places = useMemo(
    () => walkPlaces(scored, marks, (map) => locateMap(plan, map).conv.order),
    [scored, marks, plan],
  );
  const summaries = useMemo(() => layerSummaries(layout, scored, cut), [layout, scored, cut]);
  const picture = useMemo(
    () => ({
      ...{ marks, suspicion: scored.suspicion, verdict: cut?.verdict ?? null },
      ...{ stale, carries, ghost, outside },
    }),
    [marks, scored, cut, stale, carries, ghost, outside],
  );
  const canvas = useMarksCanvas({ width, height, theme }, picture);

  const current = cut === null ? 0 : nearestStep(steps, cut.count + cut.spared);
  const goTo = (index: number): void => {
    const step = steps[Math.max(0, Math.min(steps.length - 1, index))];
    if (step !== undefined && step.p !== props.p) onP(step.p);
  };
  const lookAt = (event: PointerEvent): void => {
    const row = nearestRow(marks, ...pointIn(event, width), REACH);
    if (row !== null && row !== focusRow) onFocusRow(row);
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (!(event.target instanceof Element)) return;
    // A finger that taps a mark does not move.
    if (event.target.closest('.cutline') === null) {
      lookAt(event);
      return;
    }
    if (props.locked === true) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragging(true);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!dragging) {
      lookAt(event);
      return;
    }
    const [, y] = pointIn(event, width);
    goTo(nearestStep(steps, Math.max(1, countAbove(scored.suspicion, layout.suspicionAt(y)))));
  };
  const stop = (): void => {
    setDragging(false);
  };
  const { rows, maps } = scored.table;
  const sweepX = rows > 0 && rows < maps.length ? (marks.x[rows - 1] ?? 0) + 2 : null;
  const [fx, fy] = [marks.x[focusRow ?? -1], marks.y[focusRow ?? -1]];
  const focusMap = maps[focusRow ?? -1] ?? -1;
  const home =
    layout.layers.findLast(({ conv }) => conv.offset <= focusMap && cut !== null) ?? null;
  const focus =
    fx === undefined || fy === undefined || Number.isNaN(fx)
      ? null
      : { x: fx, y: fy, layer: order === 'layer' && only === null ? home : null };
  const cutY = cut === null || cut.count + cut.spared === 0 ? null : layout.y(cut.line);
  return (
    <div
      ref={box}
      className={dragging ? 'chart dragging' : 'chart'}
      {...{ onPointerDown, onPointerMove, onPointerUp: stop, onPointerCancel: stop }}
    >
      <canvas ref={canvas} role="img" aria-label={props.summary} />
      {width > 0 && (
        <svg role="group" aria-label="FRG chart">
          <FrgOverlay
            {...{ layout, summaries, cutY, sweepX, focus, stale, patternId }}
            strip={cut === null || order === 'layer'}
          />
          <MapWalk
            {...{ layout, places, range, spoken: props.spoken }}
            focusMap={props.focusRow === null ? null : (maps[props.focusRow] ?? null)}
            canMark={cut === null || order === 'layer'}
            onFocusMap={(map) => {
              onFocusRow(maps.indexOf(map));
            }}
            onRange={props.onRange}
            onPin={props.onPin}
          />
          {cut !== null && cutY !== null && (
            <CutLine
              {...{ layout, stale, y: cutY, p: props.p, ties: cut.ties, pruned: cut.count }}
              spared={cut.spared}
              segments={props.perLayer && order === 'layer' ? cutSegments(layout, scored, cut) : []}
              total={maps.length}
              step={current}
              steps={steps.length}
              locked={props.locked === true}
              onMove={(by) => {
                goTo(current + by);
              }}
            />
          )}
        </svg>
      )}
      {focus !== null &&
        focusRow !== null &&
        !dragging &&
        props.card({ row: focusRow, x: focus.x, y: focus.y, width, height, cutY })}
    </div>
  );
});
