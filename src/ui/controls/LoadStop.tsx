import type { ReactNode } from 'react';
import { loadingShare } from '../../store/selectors.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { percentText } from '../text/format.ts';
import { Icon } from './Icon.tsx';

/** In the bar of every page, while a model downloads: how far it is, and a way to stop it. */
export function LoadStop(): ReactNode {
  const { run } = useApp();
  const isLoading = useAppState((state) => state.session.loading !== null);
  const share = useAppState(loadingShare);
  if (!isLoading) return null;
  return (
    <button
      type="button"
      className="btn ghost load-stop"
      title="Cancel the download"
      aria-label="Cancel the download"
      onClick={() => void run.cancelLoad()}
    >
      <span className="num">{percentText(share ?? 0, 0)}</span>
      <Icon name="close" />
    </button>
  );
}
