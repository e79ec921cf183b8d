import { useEffect, type ReactNode } from 'react';
import type { Theme } from '../../store/viewState.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from './Icon.tsx';

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const NAMES: Readonly<Record<Theme, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
};
const KEY = 'fmp-lab.theme';

/** The remembered theme; storage may be closed, then the system decides. */
export function rememberedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Walks through system, light and dark, and remembers the choice on this device. */
export function ThemeToggle(): ReactNode {
  const app = useApp();
  const theme = useAppState((state) => state.view.theme);
  useEffect(() => {
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }, [theme]);
  return (
    <button
      type="button"
      className="btn sq ghost"
      title={`Theme: ${NAMES[theme]}`}
      aria-label={`Theme: ${NAMES[theme]}. Switch to ${NAMES[NEXT[theme]]}`}
      onClick={() => {
        app.setView({ theme: NEXT[theme] });
      }}
    >
      <Icon name="theme" />
    </button>
  );
}
