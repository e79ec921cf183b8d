/** The pages' studies: one of each for an app, made when a page first asks. */
import type { App } from '../../store/app.ts';
import { type ComparePort, CompareStudy } from '../../store/compare.ts';
import type { AppState } from '../../store/state.ts';
import { SweepsStudy } from '../../store/sweeps.ts';
import { readData } from '../readData.ts';

type Opened = NonNullable<AppState['session']['study']>;

const today = (): string => new Date().toISOString().slice(0, 10);
const now = (): number => performance.now();

/** One of each for an app; it goes on while another page is on show, and takes what is opened. */
function kept<S>(
  name: string,
  make: (port: ComparePort) => S,
  take: (study: S, opened: Opened) => void,
): (app: App) => S {
  const studies = new WeakMap<App, S>();
  return (app) => {
    const known = studies.get(app);
    if (known !== undefined) return known;
    const { engine, store } = app;
    const read = (): Promise<unknown> => readData(name);
    const set = (update: (state: AppState) => AppState): void => {
      store.setState(update);
    };
    const made = make({ engine, get: store.getState, set, read, today, now });
    studies.set(app, made);
    let last: Opened | null = null;
    const look = ({ session }: AppState): void => {
      if (session.study === last) return;
      last = session.study;
      if (last !== null) take(made, last);
    };
    look(store.getState());
    store.subscribe(look);
    return made;
  };
}

export const compareOf = kept(
  'compare.json',
  (port) => new CompareStudy(port),
  (study, opened) => {
    if (opened.kind === 'compare') study.take(opened);
  },
);
export const sweepsOf = kept(
  'sweeps.json',
  (port) => new SweepsStudy(port),
  (study, opened) => {
    if (opened.kind === 'sweeps') study.take(opened);
  },
);
