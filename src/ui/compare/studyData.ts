/** The pages' studies: one of each for an app, made when a page first asks. */
import type { App } from '../../store/app.ts';
import { type ComparePort, CompareStudy } from '../../store/compare.ts';
import { SweepsStudy } from '../../store/sweeps.ts';
import { readData } from '../readData.ts';

const today = (): string => new Date().toISOString().slice(0, 10);
const now = (): number => performance.now();

/** One of each for an app; it goes on while another page is on show. */
function kept<S>(name: string, make: (port: ComparePort) => S): (app: App) => S {
  const studies = new WeakMap<App, S>();
  return (app) => {
    const known = studies.get(app);
    if (known !== undefined) return known;
    const { engine, store } = app;
    const read = (): Promise<unknown> => readData(name);
    const made = make({ engine, get: store.getState, read, today, now });
    studies.set(app, made);
    return made;
  };
}

export const compareOf = kept('compare.json', (port) => new CompareStudy(port));
export const sweepsOf = kept('sweeps.json', (port) => new SweepsStudy(port));
