import { useRef, type ReactNode } from 'react';
import { routeHash } from '../../store/route.ts';
import { useSize } from '../charts/useSize.ts';
import { FindingChart } from './FindingChart.tsx';
import type { Context } from './words.ts';

/** Both rankings on every network that was judged: chart, table, and where to read on. */
export function FindingExhibit({ context }: { context: Context }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(200, useSize(box).width);
  const { finding, state } = context;
  const titleOf = (model: string): string =>
    state.session.models.find(({ manifest }) => manifest.id === model)?.manifest.title ?? model;
  if (finding === null || finding.networks.length === 0) return null;
  return (
    <div ref={box} className="exhibit">
      <p className="note">
        Chance that a map which carries the trigger is ranked before one that does not. Square: as
        printed; disc: the lab’s.
      </p>
      <FindingChart {...{ networks: finding.networks, titleOf, width }} />
      <details>
        <summary className="link sm">As a table</summary>
        <table className="slow-b num">
          <thead>
            <tr>
              <th scope="col">Network</th>
              <th scope="col">As printed</th>
              <th scope="col">Lab</th>
            </tr>
          </thead>
          <tbody>
            {finding.networks.map(({ model, seed, printed, lab }) => (
              <tr key={`${model} ${String(seed)}`}>
                <th scope="row">{titleOf(model)}</th>
                <td>{printed.toFixed(2)}</td>
                <td>{lab.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <p className="note">
        <a className="link sm" href={routeHash({ page: 'compare', step: null })}>
          Compare
        </a>{' '}
        has whole runs beside other defenses; docs/finding.md every number of this one.
      </p>
    </div>
  );
}
