/** Which classes are read as which, before and after: the cells that changed most. */
import type { TestPredictions } from '../bridge/runEvents.ts';

export type Kind = 'clean' | 'triggered';

export interface Cell {
  readonly label: number;
  readonly predicted: number;
}

export interface CellChange extends Cell {
  readonly before: number;
  readonly after: number;
}

interface Read {
  readonly labels: Int32Array;
  readonly predicted: Int16Array;
}

function readOf(predictions: TestPredictions, kind: Kind): Read | null {
  if (kind === 'clean') return { labels: predictions.cleanLabels, predicted: predictions.clean };
  const { triggered, triggeredLabels } = predictions;
  return triggered === null || triggeredLabels === null
    ? null
    : { labels: triggeredLabels, predicted: triggered };
}

function countCells(read: Read): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  read.predicted.forEach((predicted, i) => {
    const key = `${String(read.labels[i] ?? 0)} ${String(predicted)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return counts;
}

/**
 * The cells of the confusion matrix that changed, largest change first; on a draw the lower class.
 * Null without triggered images.
 */
export function confusionChange(
  before: TestPredictions,
  now: TestPredictions,
  kind: Kind,
): readonly CellChange[] | null {
  const [a, b] = [readOf(before, kind), readOf(now, kind)];
  if (a === null || b === null) return null;
  const [old, fresh] = [countCells(a), countCells(b)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((key) => {
      const [label = 0, predicted = 0] = key.split(' ').map(Number);
      return { label, predicted, before: old.get(key) ?? 0, after: fresh.get(key) ?? 0 };
    })
    .filter((cell) => cell.before !== cell.after)
    .sort(
      (x, y) =>
        Math.abs(y.after - y.before) - Math.abs(x.after - x.before) ||
        x.label - y.label ||
        x.predicted - y.predicted,
    );
}

/** Places among the evaluated images that a cell holds, in either stage. */
export function imagesBehind(
  before: TestPredictions,
  now: TestPredictions,
  kind: Kind,
  { label, predicted }: Cell,
): Int32Array {
  const [a, b] = [readOf(before, kind), readOf(now, kind)];
  if (a === null || b === null) return new Int32Array(0);
  const isIn = (read: Read, i: number): boolean =>
    read.labels[i] === label && read.predicted[i] === predicted;
  return Int32Array.from(b.predicted.keys()).filter((i) => isIn(a, i) !== isIn(b, i));
}
