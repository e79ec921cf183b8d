import { expect, it } from 'vitest';
import type { EngineApi } from '../../src/bridge/protocol.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { createApp } from '../../src/store/app.ts';
import { TRIED_ON } from '../../src/store/commands.ts';
import { SeeingEngine } from '../ui/harness/seeingEngine.ts';

/** An engine, and the specs of its runs. */
function noting(): { engine: SeeingEngine; specs: RunSpec[] } {
  const engine = new SeeingEngine();
  const specs: RunSpec[] = [];
  const { run } = engine;
  engine.run = (spec, ...rest): ReturnType<EngineApi['run']> => {
    specs.push(spec);
    return run(spec, ...rest);
  };
  return { engine, specs };
}

it('a trigger of one’s own is tried on a few images at once; scores and settings stay', async () => {
  const { engine, specs } = noting();
  const app = createApp(engine, { hash: '#/?images=8&epochs=0' });
  await app.boot();
  await app.run.start();
  const { trigger } = app.store.getState().session.model ?? {};
  if (trigger?.kind !== 'badnets') throw new Error('the fake model has a sticker');
  const { results, run } = app.store.getState();
  await app.run.setTrigger({ ...trigger, size: 5 });
  expect(engine.calls.slice(-3)).toContain('setTrigger badnets');
  expect(specs.at(-1)?.evaluation.images).toBe(TRIED_ON);
  const after = app.store.getState();
  expect(after.run.spec).toBe(run.spec);
  expect(after.run.status).toBe('done');
  expect(after.results.sweep).toBe(results.sweep);
  expect(Object.keys(after.results.stages)).toEqual(['backdoored']);
  expect(after.results.stages.backdoored?.metrics.asr).not.toBeNull();
  // Nothing to try: nothing is run.
  const runs = specs.length;
  await app.run.setTrigger(null);
  expect(specs).toHaveLength(runs);
});
