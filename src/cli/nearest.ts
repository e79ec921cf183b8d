/** Number of single-character edits between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The candidate that is fewest edits away, the first of equals; '' if there is none. */
export function nearest(word: string, candidates: readonly string[]): string {
  const lower = word.toLowerCase();
  const edits = (candidate: string): number => distance(lower, candidate.toLowerCase());
  return [...candidates].sort((a, b) => edits(a) - edits(b))[0] ?? '';
}
