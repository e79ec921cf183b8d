import type { CSSProperties, ReactNode } from 'react';
import type { MapInspection } from '../../bridge/protocol.ts';
import { epsText } from '../../store/selectors.ts';
import type { Look } from '../../store/slowMotion.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { percent } from '../text/format.ts';
import type { Names } from '../useNames.ts';

interface Props {
  readonly bounds: readonly Look[];
  /** As far as the answers have come. */
  readonly seen: readonly (MapInspection | null)[];
  /** The bound of the sweep. */
  readonly own: number;
  readonly names: Names;
}

/** The same map and image at every bound: what it is read as, and how surely. */
export function BoundRows({ bounds, seen, own, names }: Props): ReactNode {
  return (
    <table className="slow-b num">
      <thead>
        <tr>
          <th scope="col">ε</th>
          <th scope="col">Read as</th>
          <th scope="col">Sure, %</th>
        </tr>
      </thead>
      <tbody>
        {bounds.map(({ eps }, index) => {
          const found = seen[index];
          const right = found?.predicted === found?.label;
          return (
            <tr key={eps} className={eps === own ? 'own' : ''}>
              <th scope="row">{epsText(eps)}</th>
              <td>
                {found == null ? (
                  <span className="mut">{found === null ? 'not available' : '…'}</span>
                ) : (
                  <>
                    <Glyph name={right ? 'right' : 'other'} label={right ? 'right' : 'misread'} />{' '}
                    {names.full(found.predicted)}
                  </>
                )}
              </td>
              <td>
                {found != null && (
                  <>
                    <i
                      className={right ? 'bar-w right' : 'bar-w'}
                      style={{ '--w': found.probability } as CSSProperties}
                    />
                    {percent(found.probability, 0)}
                  </>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
