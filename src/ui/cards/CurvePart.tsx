import { useEffect, useRef, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { curveKey, type MapCurve } from '../../store/mapCurves.ts';
import { epsText, isReady } from '../../store/selectors.ts';
import type { Sweep } from '../../store/resultsState.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { useSize } from '../charts/useSize.ts';
import { curveFinding, sigmaText } from '../text/curveText.ts';
import type { Names } from '../useNames.ts';
import { EpsCurve } from './EpsCurve.tsx';
import { EpsTable } from './EpsTable.tsx';

interface Props {
  readonly map: number;
  readonly sweep: Sweep;
  /** This card is the one that is looked at: its curve is the one to measure. */
  readonly active: boolean;
  readonly names: Names;
}

function statusText(curve: MapCurve | undefined, canMeasure: boolean): string {
  if (curve?.status === 'failed') return 'The engine could not measure this map.';
  if (curve?.status === 'measuring') return `Measuring, ${String(curve.points.length)} ε so far`;
  if (curve === undefined || curve.status === 'stopped')
    return canMeasure ? 'Point at this card to measure it.' : 'Measured when the engine rests.';
  return '';
}

/** Accuracy against ε for one map: measured while its card is looked at. */
export function CurvePart({ map, sweep, active, names }: Props): ReactNode {
  const { curves } = useApp().maps;
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(150, useSize(box).width);
  const curve = useStore(curves.store, (all) => all.get(curveKey(sweep, map)));
  const canMeasure = useAppState((state) => isReady(state) && state.run.status !== 'running');
  const status = curve?.status;
  useEffect(() => {
    if (active && canMeasure && status !== 'failed') void curves.measure(map);
  }, [active, canMeasure, status, curves, map, sweep]);
  const points = curve?.points ?? [];
  const own = points.find(({ eps }) => Math.abs(eps - sweep.eps) < 1e-9);
  return (
    <div ref={box} className="mc-curve">
      <h4>{status === 'done' ? curveFinding(points) : 'Accuracy against ε'}</h4>
      <p className="note">FRG images of this map read right, %; dashed: clean</p>
      <EpsCurve {...{ points, width }} own={sweep.eps} />
      {own === undefined ? (
        <p className="note num" role="status">
          {statusText(curve, canMeasure)}
        </p>
      ) : (
        <p className="note num">
          At ε {epsText(own.eps)} the map moves by <b>{sigmaText(own.change)}</b>, its own standard
          deviations.
        </p>
      )}
      {points.length > 0 && (
        <details>
          <summary className="link sm">As a table</summary>
          <EpsTable {...{ points, names }} />
        </details>
      )}
    </div>
  );
}
