import { createContext, use, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { FrgTable } from '../core/frg/score.ts';
import type { App } from '../store/app.ts';
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

/** The FRG table as of the last repaint. */
export function useFrgTable(): FrgTable | null {
  const { feed } = useApp();
  return useSyncExternalStore(feed.subscribe, feed.snapshot, feed.snapshot);
}
