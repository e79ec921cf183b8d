/** The recorded finding, read when a step first asks for it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { parseFindingFile } from '../../core/study/finding.ts';
import { findingView, type FindingView } from '../../store/findingView.ts';
import { openRecorded, type Recorded } from '../../store/recordedFile.ts';
import { readData } from '../readData.ts';

export const findingStore: StoreApi<Recorded<FindingView>> = createStore(
  (): Recorded<FindingView> => ({ reading: 'pending', recorded: null }),
);

/** Reads the file, once. */
export function readFinding(): Promise<void> {
  return openRecorded(
    findingStore,
    () => readData('finding.json'),
    (value) => findingView(parseFindingFile(value).rows),
  );
}
