/** What an export says of itself, so that it can be read without the page. */
import { deviceText, epsText } from './selectors.ts';
import type { AppState } from './state.ts';

export type Fact = readonly [name: string, value: string];

/** What made the scores on show, the cut through them, and the view. Empty before a sweep. */
export function exportFacts({ session, run, results, view }: AppState): readonly Fact[] {
  const { sweep } = results;
  if (sweep === null || session.model === null) return [];
  const { recorded, spec } = sweep;
  const { p, selection, keep = [] } = run.spec;
  return [
    ['model', session.model.manifest.id],
    ['view', view.lens],
    ['eps', epsText(sweep.eps)],
    ['smoothing px', sweep.smoothing === undefined ? '' : String(sweep.smoothing)],
    ['steps', String(sweep.steps)],
    ['variant', spec.frg.variant],
    ['images', String(sweep.images)],
    ['seed', String(spec.seed)],
    ['p', String(p)],
    ['selection', selection],
    ['maps kept', keep.join(' ')],
    ['p after an Oracle look', run.informed ? 'yes' : 'no'],
    ['device', recorded === null ? deviceText(session.info) : recorded.device],
    ['recorded', recorded === null ? '' : recorded.date],
  ];
}
