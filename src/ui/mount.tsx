import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { EngineApi } from '../bridge/protocol.ts';
import { createApp, type App as AppModel } from '../store/app.ts';
import { App } from './App.tsx';
import { memory } from './memory.ts';
import { onAddress } from './onAddress.ts';
import { savedRuns } from './savedRuns.ts';
import { saveFile } from './saveFile.ts';
import { rememberedTheme } from './controls/ThemeToggle.tsx';
import './styles/index.css';

/** Of the build; tests that bundle these sources themselves have none. */
declare const __COMMIT__: string | undefined;

async function read(path: string): Promise<Response> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok) throw new Error(`${path}: HTTP status ${String(response.status)}`);
  return response;
}

/** Milliseconds that the page waits for the run it shows first: drawn before it, it is drawn twice. */
const FIRST_RUN_WITHIN = 400;

/** Puts the page of an engine into an element and keeps the address in step with it. */
export function mount(engine: EngineApi, element: Element): AppModel {
  const app = createApp(engine, {
    hash: location.hash,
    onLink: (hash) => {
      if (hash !== location.hash) history.replaceState(null, '', hash);
    },
    goTo: (hash) => {
      location.hash = hash;
    },
    saveFile,
    ...(typeof __COMMIT__ === 'string' ? { commit: __COMMIT__ } : {}),
    savedRuns: savedRuns(),
    lessonMemory: memory('fmp-lab.lesson'),
    readRecorded: async () => (await read('data/recorded.json')).json() as Promise<unknown>,
    readFirstRun: async () => (await read('data/first-run.json')).text(),
  });
  app.setView({ theme: rememberedTheme() });
  // Only what a person does: replaceState is silent.
  onAddress(globalThis, (hash) => void app.visit(hash));
  // The last moment at which a phone lets a page do anything.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void app.autosave.save();
  });
  let waits = true;
  const draw = (): void => {
    if (!waits) return;
    waits = false;
    clearTimeout(timer);
    createRoot(element).render(
      <StrictMode>
        <App app={app} />
      </StrictMode>,
    );
  };
  const timer = setTimeout(draw, FIRST_RUN_WITHIN);
  void app.boot(draw);
  return app;
}
