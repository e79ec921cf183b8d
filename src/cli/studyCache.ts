/** Results that are kept between calls, so that a comparison can be stopped and gone on with. */
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FmpError } from '../core/errors.ts';
import { jobKey, outcomeSchema, type StudyJob, type StudyOutcome } from '../core/study/job.ts';
import { sha256 } from '../formats/sha256.ts';
import type { Provenance } from './provenance.ts';
import { writeJson } from './resultFile.ts';

const entrySchema = z.strictObject({
  /** What was hashed, for people who look into the file. */
  key: z.string(),
  date: z.string(),
  commit: z.string(),
  device: z.string(),
  outcome: outcomeSchema,
});

/** An outcome and where it comes from. */
export interface Kept extends Provenance {
  readonly outcome: StudyOutcome;
}

/** The folder of this program in the system's cache. */
export function defaultCacheDir(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = homedir();
  const base =
    XDG_CACHE_HOME ??
    LOCALAPPDATA ??
    join(home, ...(process.platform === 'darwin' ? MAC : ['.cache']));
  return join(base, 'fmp-lab');
}
const MAC = ['Library', 'Caches'];

export class StudyCache {
  private readonly folder: string;

  /** @throws FmpError badInput when the folder cannot be made */
  constructor(folder: string) {
    this.folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw new FmpError('results cannot be kept there', {
        ...{ code: 'badInput', field: '--cache', got: folder, expected: 'a folder to write to' },
        remedy: `choose another folder (${error instanceof Error ? error.message : String(error)})`,
      });
    }
  }

  /** Null where there is none, or none that this version can read. @param model see `jobKey` */
  async find(job: StudyJob, model: string): Promise<Kept | null> {
    const key = jobKey(job, model);
    try {
      const entry = entrySchema.parse(JSON.parse(readFileSync(await this.path(key), 'utf8')));
      const { date, commit, device, outcome } = entry;
      return entry.key === key ? { date, commit, device, outcome } : null;
    } catch {
      return null;
    }
  }

  async keep(job: StudyJob, model: string, kept: Kept): Promise<void> {
    const key = jobKey(job, model);
    writeJson(await this.path(key), { key, ...kept });
  }

  private async path(key: string): Promise<string> {
    const hash = await sha256(new TextEncoder().encode(key));
    return join(this.folder, `${hash.slice(0, 32)}.json`);
  }
}
