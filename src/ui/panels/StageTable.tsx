import type { ReactNode } from 'react';
import type { ModelFacts } from '../../formats/modelFacts.ts';
import { STAGES } from '../../store/resultsState.ts';
import { StageDisc } from '../controls/Glyph.tsx';
import { stageName } from '../text/findings.ts';

interface Props {
  readonly manifest: ModelFacts;
  /** What the pictures of the first column are, for who does not see them. */
  readonly pictures: string;
  /** Rows of a picture and a cell for each stage. */
  readonly children: ReactNode;
}

/** A column for every stage of the network, after one of pictures. */
export function StageTable({ manifest, pictures, children }: Props): ReactNode {
  return (
    <table className="pt">
      <colgroup>
        <col />
        <col />
        <col />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <span className="vh">{pictures}</span>
          </th>
          {STAGES.map((stage) => (
            <th key={stage} scope="col">
              <StageDisc stage={stage} /> {stageName(manifest, stage)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
