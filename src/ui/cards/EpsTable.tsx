import type { ReactNode } from 'react';
import type { MapCurvePoint } from '../../bridge/mapLab.ts';
import { epsText } from '../../store/selectors.ts';
import { sigmaText } from '../text/curveText.ts';
import { percent, percentText } from '../text/format.ts';
import type { Names } from '../useNames.ts';

interface Props {
  readonly points: readonly MapCurvePoint[];
  readonly names: Names;
}

/** The curve as a table, with the class that images drift to and how far the map moves. */
export function EpsTable({ points, names }: Props): ReactNode {
  return (
    <table className="slow-b num">
      <thead>
        <tr>
          <th scope="col">ε</th>
          <th scope="col">Right, %</th>
          <th scope="col">Drift to</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ eps, accuracy, topClass, share, change }) => (
          <tr key={eps}>
            <th scope="row">{epsText(eps)}</th>
            <td>{percent(accuracy, 0)}</td>
            <td>{share === 0 ? 'none' : `${names.short(topClass)}, ${percentText(share, 0)}`}</td>
            <td>{sigmaText(change)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
