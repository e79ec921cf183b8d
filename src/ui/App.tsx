import { useEffect, type ReactNode } from 'react';
import type { App as AppModel } from '../store/app.ts';
import { AppContext, useApp, useAppState } from './AppContext.ts';
import { Icon } from './controls/Icon.tsx';
import { LiveRegion } from './controls/LiveRegion.tsx';
import { DropAnywhere } from './own/DropAnywhere.tsx';
import { OwnDialog } from './own/OwnDialog.tsx';
import { FrgPanel } from './panels/FrgPanel.tsx';
import { Headline } from './panels/Headline.tsx';
import { ModelPanel } from './panels/ModelPanel.tsx';
import { RecordedPanel } from './panels/RecordedPanel.tsx';
import { PredictionsPanel } from './panels/PredictionsPanel.tsx';
import { TransportBar } from './panels/TransportBar.tsx';
import { TunePanel } from './panels/TunePanel.tsx';
import { knownAttack } from './text/format.ts';

function Notices(): ReactNode {
  const app = useApp();
  const notices = useAppState((state) => state.session.notices);
  if (notices.length === 0) return null;
  return (
    <div className="ban warn notices" role="status">
      <ul>
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
      <button
        type="button"
        className="btn sq ghost"
        aria-label="Dismiss"
        onClick={app.dismissNotices}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Title(): null {
  const clean = useAppState(({ session }) => {
    const { model } = session;
    return model !== null && knownAttack(model.manifest) === null;
  });
  useEffect(() => {
    document.title = clean
      ? 'FMP Lab: does this network hide a backdoor?'
      : 'FMP Lab: this network has a hidden backdoor. Find it.';
  }, [clean]);
  return null;
}

/** The page: one bar, one question, four columns. */
export function App({ app }: { app: AppModel }): ReactNode {
  return (
    <AppContext value={app}>
      <Title />
      <a className="skip" href="#main">
        Skip to the feature maps
      </a>
      <TransportBar />
      <main>
        <Headline />
        <Notices />
        <div className="shell">
          <div id="main" tabIndex={-1} className="flow">
            <div className="grid">
              <ModelPanel />
              <FrgPanel />
              <TunePanel />
              <PredictionsPanel />
            </div>
            <RecordedPanel />
          </div>
        </div>
      </main>
      <footer>
        <span>Runs on this device. Files you open never leave it.</span>
        <span>After Huang &amp; Bu, Adversarial Feature Map Pruning for Backdoor, ICLR 2024.</span>
      </footer>
      <LiveRegion />
      <OwnDialog />
      <DropAnywhere />
    </AppContext>
  );
}
