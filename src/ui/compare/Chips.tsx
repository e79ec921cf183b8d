import type { ReactNode } from 'react';
import type { PaperSource } from '../../core/study/paper.ts';
import type { Provenance } from '../../store/state.ts';
import { provenanceText } from '../text/format.ts';

/** Where results are from: solid outline measured here, filled recorded. */
export function SourceChip({ recorded }: { recorded: Provenance | null }): ReactNode {
  return recorded === null ? (
    <span className="chip meas">measured here</span>
  ) : (
    <span className="chip rec">recorded {provenanceText(recorded)}</span>
  );
}

/** Dashed: a number of the paper, measured there on its own networks. */
export function QuotedChip({ source }: { source: PaperSource }): ReactNode {
  return (
    <span className="chip quo">
      quoted, {source.data}, Table {source.table}
    </span>
  );
}
