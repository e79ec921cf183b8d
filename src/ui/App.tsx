import type { ReactNode } from 'react';
import type { App as AppModel } from '../store/app.ts';
import { AppContext, useAppState } from './AppContext.ts';
import { LiveRegion } from './controls/LiveRegion.tsx';
import { SkipLink } from './controls/SkipLink.tsx';
import { DropAnywhere } from './own/DropAnywhere.tsx';
import { LabPage } from './pages/LabPage.tsx';
import { OwnDialog, ShareButton } from './pages/late.tsx';
import { Notices } from './pages/Notices.tsx';
import { PageBoundary } from './pages/PageBoundary.tsx';
import { PageChange } from './pages/PageChange.tsx';
import { OWN_PAGES, Rail } from './pages/pages.tsx';
import { TransportBar } from './panels/TransportBar.tsx';
import { useLinkedSettings } from './useLinkedSettings.ts';

function PageOnShow(): ReactNode {
  const { page } = useAppState((state) => state.view.route);
  const isFolded = useAppState((state) => state.lesson.collapsed);
  const Own = OWN_PAGES[page];
  if (Own === undefined) {
    const rail = page === 'lesson' && !isFolded;
    return (
      <LabPage
        rail={
          rail ? (
            <PageBoundary what="The lesson">
              <Rail />
            </PageBoundary>
          ) : null
        }
      />
    );
  }
  return (
    <div id="main" tabIndex={-1}>
      <PageBoundary key={page} what="This page">
        <Own />
      </PageBoundary>
      <Notices />
    </div>
  );
}

function Linked(): null {
  useLinkedSettings();
  return null;
}

/** The page: one bar, and below it the lab or one of the pages beside it. */
export function App({ app }: { app: AppModel }): ReactNode {
  return (
    <AppContext value={app}>
      <PageChange />
      <Linked />
      <SkipLink />
      <TransportBar />
      <main>
        <PageOnShow />
      </main>
      <footer>
        <span>Runs on this device. Files you open never leave it.</span>
        <span>After Huang &amp; Bu, Adversarial Feature Map Pruning for Backdoor, ICLR 2024.</span>
        <PageBoundary>
          <ShareButton />
        </PageBoundary>
      </footer>
      <LiveRegion />
      <PageBoundary>
        <OwnDialog />
      </PageBoundary>
      <DropAnywhere />
    </AppContext>
  );
}
