/**
 * `npm run record:first`: the run that a visitor sees before any is made in the tab. The page's own
 * store drives the engine, so the file holds exactly what the page would show.
 */
import { writeFileSync } from 'node:fs';
import { createNodeEngine } from '../src/engine/node/engine.ts';
import { createApp } from '../src/store/app.ts';
import { writeRunFile } from '../src/store/runFile.ts';
import { provenanceHere } from '../src/cli/provenance.ts';
import { dataFile, MODELS_DIR } from './recording.ts';

const engine = await createNodeEngine({ backend: 'wasm', modelsDir: MODELS_DIR });
const app = createApp(engine);
await app.boot();
await app.run.start();
const state = app.store.getState();
const text = writeRunFile(state, app.feed.snapshot(), provenanceHere());
await engine.dispose();
if (state.run.status !== 'done' || text === null)
  throw new Error(state.session.error?.message ?? 'the run did not end');
writeFileSync(dataFile('first-run.json'), `${text}\n`);
const { backdoored, fineTuned } = state.results.stages;
console.log(
  `${String(text.length)} characters;`,
  [backdoored, fineTuned].map((s) => [s?.metrics.acc.value, s?.metrics.asr?.value]),
);
