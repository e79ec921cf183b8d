// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import type { TestPredictions } from '../../src/bridge/runEvents.ts';
import { createApp } from '../../src/store/app.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { ImagesBehind } from '../../src/ui/panels/ImagesBehind.tsx';
import { after, findAll, open, text } from './dom.tsx';
import { SeeingEngine } from './harness/seeingEngine.ts';

/** Of six images of class 1, the first `wrong` are read as class 2. */
function reads(wrong: number): TestPredictions {
  const clean = Int16Array.from({ length: 6 }, (_, i) => (i < wrong ? 2 : 1));
  return { clean, cleanLabels: new Int32Array(6).fill(1), triggered: null, triggeredLabels: null };
}

it('shows no image of the cell before while those of the cell now are fetched', async () => {
  const answers: (() => void)[] = [];
  class SlowEngine extends SeeingEngine {
    override async testImages(
      ...asked: Parameters<SeeingEngine['testImages']>
    ): Promise<Uint8Array> {
      await new Promise<void>((resolve) => answers.push(resolve));
      return super.testImages(...asked);
    }
  }
  const app = createApp(new SlowEngine());
  await app.boot();
  const { model } = app.store.getState().session;
  if (model === null) throw new Error('no model is loaded');
  const cell = { label: 1, predicted: 2, before: 0, after: 2 };
  const behind = (wrong: number) => (
    <AppContext value={app}>
      <ImagesBehind {...{ model, cell }} before={reads(0)} now={reads(wrong)} kind="clean" />
    </AppContext>
  );
  const draw = await open(behind(2));
  expect(text()).toBe('Fetching the images.');
  await after(() => answers.shift()?.());
  expect(findAll('canvas')).toHaveLength(2);
  // As Undo does with the cell open: more images than those that are there.
  await draw(behind(5));
  expect(text()).toBe('Fetching the images.');
  await after(() => answers.shift()?.());
  expect(findAll('canvas')).toHaveLength(5);
});
