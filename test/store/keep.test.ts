import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { withKeep } from '../../src/store/keep.ts';
import { readRunFile, writeRunFile } from '../../src/store/runFile.ts';
import { cutAt, cutOf, PRUNED, scoreTable, SPARED, TIED } from '../../src/store/scoring.ts';
import { pruneIsOutdated } from '../../src/store/selectors.ts';
import { decodeLink } from '../../src/store/urlCodec.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

async function scored(hash = '#/?p=100&epochs=1'): Promise<App> {
  const app = createApp(new FakeEngine(), { hash });
  await app.boot();
  await app.run.start('scored');
  return app;
}

/** The maps above the line, the most suspicious first. */
function above(app: App): number[] {
  const { session, run } = app.store.getState();
  const table = app.feed.snapshot();
  if (session.model === null || table === null) throw new Error('nothing is scored');
  const result = scoreTable(table, run.spec.score);
  const cut = cutOf(session.model.plan, result, withKeep(run.spec, []));
  return Array.from(result.ranked)
    .filter((row) => cut?.verdict[row] === PRUNED)
    .map((row) => table.maps[row] ?? -1);
}

describe('a cut with maps that are kept', () => {
  const plan = planNetwork({ family: 'PreActResNet', width: 2, blocks: [1], classes: 3 });
  const labels = Int32Array.from([0, 0, 1, 1]);
  const toTwo = [0, 2, 4, 2, 0, 1];
  const table = {
    ...{ maps: Int32Array.from(toTwo.keys()), labels, classes: 3, rows: 6 },
    predictions: Int16Array.from(
      toTwo.flatMap((moved) => [...labels].map((label, i) => (i < moved ? 2 : label))),
    ),
  };
  const result = scoreTable(table, 'targetShare');

  it('leaves out those above the line and puts no other in their place', () => {
    const free = cutAt(plan, result, 'global', 3);
    const kept = cutAt(plan, result, 'global', 3, [2, 5]);
    expect([...(free?.verdict ?? [])]).toEqual([0, PRUNED, PRUNED, TIED, 0, 0]);
    expect([...(kept?.verdict ?? [])]).toEqual([0, PRUNED, SPARED, TIED, 0, 0]);
    expect(kept).toMatchObject({ count: 1, spared: 1, ties: 1, line: free?.line });
  });

  it('is the same object for the same choice', () => {
    const choice = { selection: 'global', p: 3, keep: [1] } as const;
    const one = cutOf(plan, result, { ...choice, keep: [1] });
    expect(cutOf(plan, result, { ...choice, keep: [1] })).toBe(one);
    expect(cutOf(plan, result, { ...choice, keep: [2] })).not.toBe(one);
  });
});

describe('keeping a map', () => {
  it('makes what was pruned outdated, and prunes one map less', async () => {
    const app = await scored();
    const [first = -1] = above(app);
    await app.run.start('pruned');
    const state = app.store.getState;
    expect(state().results.stages.pruned?.pruned).toBe(12);
    app.toggleKept(first);
    expect(state().run.spec.keep).toEqual([first]);
    expect(pruneIsOutdated(state())).toBe(true);
    await app.run.start('pruned');
    expect(state().results.stages.pruned).toMatchObject({ pruned: 11, keep: [first] });
    expect(pruneIsOutdated(state())).toBe(false);
    app.toggleKept(first);
    // Nothing kept is nothing said: specs without a choice stay equal.
    expect('keep' in state().run.spec).toBe(false);
    expect(pruneIsOutdated(state())).toBe(true);
  });

  it('leaves the preset what it is', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    app.toggleKept(5);
    expect(app.store.getState().run.spec.preset).toBe('lab');
  });

  it('can be undone and done again', async () => {
    const app = await scored();
    const kept = () => app.store.getState().run.spec.keep;
    app.toggleKept(5);
    app.history.undo();
    expect(kept()).toBeUndefined();
    app.history.redo();
    expect(kept()).toEqual([5]);
  });

  it('is a defender’s choice, marked where it follows a look', async () => {
    const app = await scored();
    app.setView({ lens: 'oracle' });
    app.toggleKept(5);
    expect(app.store.getState().view.lens).toBe('defender');
    expect(app.store.getState().run.informed).toBe(true);
  });

  it('is locked with p', async () => {
    const app = await scored('#/?lock=p');
    app.toggleKept(5);
    expect(app.store.getState().run.spec.keep).toBeUndefined();
  });

  it('is in the link, the run file and the table', async () => {
    let link = '';
    const saved: string[] = [];
    const app = createApp(new FakeEngine(), {
      hash: '#/?p=100&epochs=0&keep=40,12',
      onLink: (hash) => (link = hash),
      saveFile: (_, content) => saved.push(String(content)),
    });
    await app.boot();
    const { spec } = app.store.getState().run;
    expect(spec.keep).toEqual([40, 12]);
    await app.run.start('scored');
    app.toggleKept(above(app)[0] ?? -1);
    await app.run.start();
    expect(decodeLink(link).spec('m').keep).toEqual(app.store.getState().run.spec.keep);
    const origin = { date: '2026-01-31', commit: '', device: 'a test' };
    const text = writeRunFile(app.store.getState(), app.feed.snapshot(), origin) ?? '';
    expect(readRunFile(text).results.stages.pruned?.keep).toHaveLength(3);
    app.files.scores();
    const [head = '', ...lines] = (saved[0] ?? '').trimEnd().split('\r\n');
    const at = head.split(',').indexOf('kept by hand');
    expect(lines.filter((line) => line.split(',')[at] === '1')).toHaveLength(1);
  });

  it('refuses a link that names no maps', () => {
    const link = decodeLink('#/?keep=12,,x');
    expect(link.spec('m').keep).toBeUndefined();
    expect(link.notices.join()).toContain('keep “12,,x” was ignored');
  });
});

describe('work taken up again', () => {
  it('is said, and the run goes on', async () => {
    const app = createApp(new FakeEngine({ recoverAfterMaps: 400 }), { hash: '#/?epochs=0' });
    await app.boot();
    await app.run.start('scored');
    const { session, run } = app.store.getState();
    expect(session.notices).toEqual([
      'The graphics device was lost; the run went on at map 401 after 1.3 s.',
    ]);
    expect(run).toMatchObject({ status: 'done', recovery: { reason: 'deviceLost' } });
  });
});
