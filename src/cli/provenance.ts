/** Where and when a result was measured. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Provenance {
  /** ISO date. */
  readonly date: string;
  /** Short hash; empty where this copy is no repository. */
  readonly commit: string;
  readonly device: string;
}

export function provenanceHere(): Provenance {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitHere(),
    device: `${processor}, ${cpus().length} cores`,
  };
}

/** Short hash; empty where this copy is no repository. */
export function commitHere(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
