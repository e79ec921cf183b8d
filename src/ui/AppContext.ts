import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { FrgTable } from '../core/frg/score.ts';
import type { App } from '../store/app.ts';
import { visibleResults } from '../store/lessonView.ts';
import { NO_OWN } from '../store/ownState.ts';
import type { AppState } from '../store/state.ts';

export const AppContext = createContext<App | null>(null);

/** The app this page belongs to. @throws Error outside its provider, which is a defect */
export function useApp(): App {
  const app = use(AppContext);
  if (app === null) throw new Error('a component was rendered outside AppContext');
  return app;
}

/** A part of the state. The selector must give back a part as it is, never a new object. */
export function useAppState<T>(selector: (state: AppState) => T): T {
  return useStore(useApp().store, selector);
}

/**
 * The whole state but for what ticks while the engine works: here `progress` is always null and
 * `own` as at the start, but for a network that is being put in place, so panels that do not show
 * them are not drawn again with every tick. In the lesson `results` holds what may be seen.
 */
export function useSteadyState(): AppState {
  const pick = useShallow(
    ({ session, own, results, previous, view, run, lesson, history }: AppState) => ({
      ...{
        session,
        results,
        previous,
        view,
        lesson,
        history,
        held: run.held,
        recovery: run.recovery,
        status: run.status,
        spec: run.spec,
        until: run.until,
      },
      ...{ phase: run.phase, stage: run.stage, seconds: run.seconds },
      informed: run.informed,
      task: own.task?.kind === 'use' ? own.task : null,
    }),
  );
  const { session, results, previous, view, lesson, history, task, ...run } = useStore(
    useApp().store,
    pick,
  );
  const { status, spec, until, phase, stage, seconds, informed, held, recovery } = run;
  return useMemo(
    () => ({
      ...{ session, own: { ...NO_OWN, task }, previous, view, lesson, history },
      results: visibleResults({ view, lesson }, results),
      run: {
        ...{ status, spec, until, phase, stage, seconds, informed, held, recovery },
        ...{ progress: null, epsCandidates: [] },
      },
    }),
    [
      session,
      results,
      previous,
      view,
      lesson,
      history,
      task,
      held,
      status,
      spec,
      until,
      phase,
      stage,
      seconds,
      informed,
      recovery,
    ],
  );
}

/** The FRG table as of the last repaint. */
export function useFrgTable(): FrgTable | null {
  const { feed } = useApp();
  return useSyncExternalStore(feed.subscribe, feed.snapshot, feed.snapshot);
}
