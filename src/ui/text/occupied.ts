/** Why the engine is not to be had, in sentences. */
import type { StudyBar } from '../../store/compareJobs.ts';
import { type Occupation, OCCUPATIONS } from '../../store/occupation.ts';
import { capital } from './format.ts';

/** For the lab, where nothing runs. */
export function occupiedText(taken: Occupation): string {
  return `${capital(OCCUPATIONS[taken])}.`;
}

/** For the pages of comparisons and sweeps. */
export function studyBarText(bar: StudyBar): string {
  if (bar === 'run') return 'A run is under way in the lab.';
  return bar === 'loading' ? 'A network is being loaded in the lab.' : occupiedText(bar);
}
