import type { ReactNode } from 'react';
import type { PaperSource } from '../../core/study/paper.ts';
import type { Provenance } from '../../store/resultsState.ts';
import { provenanceText } from '../text/format.ts';

/** Where results are from. @param recorded null: measured in this tab */
export function sourceText(recorded: Provenance | null): string {
  return recorded === null ? 'measured here' : `recorded ${provenanceText(recorded)}`;
}

export function quotedText({ data, table }: PaperSource): string {
  return `quoted, ${data}, Table ${table}`;
}

/** Where results are from: solid outline measured here, filled recorded. */
export function SourceChip({ recorded }: { recorded: Provenance | null }): ReactNode {
  return (
    <span className={recorded === null ? 'chip meas' : 'chip rec'}>{sourceText(recorded)}</span>
  );
}

/** Dashed: a number of the paper, measured there on its own networks. */
export function QuotedChip({ source }: { source: PaperSource }): ReactNode {
  return <span className="chip quo">{quotedText(source)}</span>;
}
