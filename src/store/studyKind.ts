export type StudyKind = 'compare' | 'sweeps';

/** Which page a file of results belongs to, as far as its beginning says; null: to none of them. */
export function studyKind(text: string): StudyKind | null {
  const [, kind] = /^\s*\{\s*"version":\s*1,\s*"kind":\s*"(compare|sweeps)"/.exec(text) ?? [];
  return kind === 'compare' || kind === 'sweeps' ? kind : null;
}
