import { useState, type ReactNode } from 'react';
import type { ControlId } from '../../store/controlRules.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { useHidden } from '../useRule.ts';
import { Brand } from '../controls/Brand.tsx';
import { Icon } from '../controls/Icon.tsx';
import { LoadStop } from '../controls/LoadStop.tsx';
import { PresentToggle } from '../controls/PresentToggle.tsx';
import { ThemeToggle } from '../controls/ThemeToggle.tsx';
import { BackendBadge, BADGE_PLACE } from '../pages/late.tsx';
import { PageBoundary } from '../pages/PageBoundary.tsx';
import { PageNav } from '../pages/PageNav.tsx';
import { statusText } from '../text/status.ts';
import { EpsControl } from './EpsControl.tsx';
import { PControl } from './PControl.tsx';
import { PresetControl, SeedControl, StepsControl } from './smallControls.tsx';
import { RunButtons } from './RunButtons.tsx';

/** Run and its settings: the row that stays while one scrolls. */
function Transport(): ReactNode {
  const app = useApp();
  const [open, setOpen] = useState(false);
  const rules = useAppState((state) => state.view.rules);
  const info = useAppState((state) => state.session.info);
  const shows = (id: ControlId): boolean => rules[id] !== 'hidden';
  return (
    <div className={open ? 'bar-in open' : 'bar-in'}>
      {shows('run') && <RunButtons />}
      {shows('eps') && <EpsControl />}
      {shows('steps') && <StepsControl />}
      {shows('p') && <PControl />}
      {shows('seed') && <SeedControl />}
      {shows('preset') && <PresetControl onChoose={app.setPreset} />}
      <div className="ctl n rung-b">
        <PageBoundary waiting={BADGE_PLACE}>
          <BackendBadge info={info} />
        </PageBoundary>
      </div>
      <button
        type="button"
        className="btn sq ghost more"
        aria-label="More settings"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <Icon name="settings" />
      </button>
    </div>
  );
}

/** The bar of every page: where one is, what the engine does, and in the lab its controls. */
export function TransportBar(): ReactNode {
  const info = useAppState((state) => state.session.info);
  const status = useAppState(statusText);
  const noPages = useHidden('pages');
  const { page } = useAppState((state) => state.view.route);
  const runs = page === 'lab' || page === 'lesson';
  return (
    <header className={runs ? 'bar' : 'bar plain'}>
      <div className="bar-top">
        <Brand />
        {!noPages && <PageNav />}
        <div className="bar-end">
          <span className="num mut status">{status}</span>
          <LoadStop />
          <PageBoundary waiting={BADGE_PLACE}>
            <BackendBadge info={info} />
          </PageBoundary>
          <PresentToggle />
          <ThemeToggle />
        </div>
      </div>
      {runs && <Transport />}
    </header>
  );
}
