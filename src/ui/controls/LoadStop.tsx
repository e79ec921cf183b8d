import type { ReactNode } from 'react';
import { useApp, useAppState } from '../AppContext.ts';
import { percent } from '../text/format.ts';
import { Icon } from './Icon.tsx';

/** In the bar of every page, while a model downloads: how far it is, and a way to stop it. */
export function LoadStop(): ReactNode {
  const { run } = useApp();
  const loading = useAppState((state) => state.session.loading);
  if (loading === null) return null;
  const share = loading.total === 0 ? 0 : loading.loaded / loading.total;
  return (
    <button
      type="button"
      className="btn ghost load-stop"
      title="Cancel the download"
      aria-label="Cancel the download"
      onClick={() => void run.cancelLoad()}
    >
      <span className="num">{percent(share, 0)} %</span>
      <Icon name="close" />
    </button>
  );
}
