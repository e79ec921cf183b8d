import { useState, type ReactNode } from 'react';
import { useApp, useAppState } from '../AppContext.ts';
import { BackendBadge } from '../controls/BackendBadge.tsx';
import { Brand } from '../controls/Brand.tsx';
import { Icon } from '../controls/Icon.tsx';
import { ThemeToggle } from '../controls/ThemeToggle.tsx';
import { statusText } from '../text/status.ts';
import { EpsControl } from './EpsControl.tsx';
import { PControl } from './PControl.tsx';
import { PresetControl, SeedControl, StepsControl } from './smallControls.tsx';
import { RunButtons } from './RunButtons.tsx';

/** The bar that stays: run, settings, status. */
export function TransportBar(): ReactNode {
  const app = useApp();
  const info = useAppState((state) => state.session.info);
  const status = useAppState(statusText);
  const [open, setOpen] = useState(false);
  return (
    <header className={open ? 'bar open' : 'bar'}>
      <div className="bar-in">
        <Brand />
        <RunButtons />
        <EpsControl />
        <StepsControl />
        <PControl />
        <SeedControl />
        <PresetControl onChoose={app.setPreset} />
        <div className="bar-end">
          <span className="num mut status">{status}</span>
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
          <BackendBadge info={info} />
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}
