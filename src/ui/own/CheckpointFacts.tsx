import type { ReactNode } from 'react';
import type { CheckpointInfo } from '../../bridge/own.ts';
import { count, plural } from '../text/format.ts';

/** What the file holds: the network in a line, its tensors and facts behind a fold. */
export function CheckpointFacts({ info }: { info: CheckpointInfo }): ReactNode {
  const { name, kind, architecture, plan, tensors, metadata, triggered, missing } = info;
  const facts = Object.entries(metadata);
  return (
    <div className="own-facts">
      <p className="find">{architecture}</p>
      <p className="note num">
        {name}: {kind}, {plural(tensors.length, 'tensor')}, {plural(plan.maps, 'feature map')}
        {triggered > 0 && `, ${plural(triggered, 'triggered image')}`}.
        {missing.length > 0 && ` Not in the file: ${missing.join(', ')}.`}
      </p>
      <details>
        <summary>Tensors{facts.length > 0 && ' and facts'}</summary>
        <div className="own-tens" tabIndex={0} role="region" aria-label="Tensors of the file">
          <table className="num">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Shape</th>
                <th scope="col">Type</th>
              </tr>
            </thead>
            <tbody>
              {facts.map(([key, value]) => (
                <tr key={`fact ${key}`}>
                  <th scope="row">{key}</th>
                  <td colSpan={2}>{value}</td>
                </tr>
              ))}
              {tensors.map((tensor) => (
                <tr key={tensor.name}>
                  <th scope="row">{tensor.name}</th>
                  <td>{tensor.shape.map(count).join(' × ')}</td>
                  <td>{tensor.dtype}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}
