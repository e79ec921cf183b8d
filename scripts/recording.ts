/** What both recording scripts say of where their numbers come from. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

export const MODELS_DIR = fileURLToPath(new URL('../models/', import.meta.url));

/** A file of public/data. */
export function dataFile(name: string): string {
  return fileURLToPath(new URL(`../public/data/${name}`, import.meta.url));
}

/** Date, commit and processor of this recording. */
export function provenance(): { date: string; commit: string; device: string } {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit.trim(),
    device: `${processor}, ${String(cpus().length)} cores`,
  };
}
