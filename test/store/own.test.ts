import { describe, expect, it, vi } from 'vitest';
import type { CheckpointChoice, DataFile, DataInfo } from '../../src/bridge/own.ts';
import { FmpError } from '../../src/core/errors.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { asSeen } from '../../src/store/asDefender.ts';
import { fileKind } from '../../src/store/fileKind.ts';
import { choiceOf, firstAnswers, problemsOf } from '../../src/store/ownAnswers.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
import { isReady } from '../../src/store/selectors.ts';
import type { AppState } from '../../src/store/state.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';
import { fakeCheckpoint } from '../support/fakeOwn.ts';

async function start(
  fake: FakeOptions = {},
): Promise<{ app: App; engine: FakeEngine; state: () => AppState }> {
  const engine = new FakeEngine(fake);
  const app = createApp(engine);
  await app.boot();
  return { app, engine, state: app.store.getState };
}

const file = (path: string, text = ''): DataFile => ({ path, blob: new Blob([text]) });

describe('files are', () => {
  it.each([
    [['run.json'], null, { kind: 'run' }],
    [['mine.safetensors'], null, { kind: 'checkpoint' }],
    [['net.pth.tar'], null, { kind: 'checkpoint' }],
    [['rec/attack_result.pt', 'rec/bd_test/1.png'], null, { kind: 'checkpoint' }],
    [['cifar-10-binary.tar.gz'], null, { kind: 'data', name: 'cifar10' }],
    [['cifar-100-python.tar.gz'], null, { kind: 'data', name: 'cifar100' }],
    [['data_batch_1.bin', 'test_batch.bin'], null, { kind: 'data', name: 'cifar10' }],
    [['GTSRB_Final_Test_Images.zip'], 'cifar10', { kind: 'data', name: 'gtsrb' }],
    [['images.zip'], 'gtsrb', { kind: 'data', name: 'gtsrb' }],
    [['test_batch.bin'], null, { kind: 'data', name: 'cifar10' }],
    [['test_batch_images/1.png'], null, { kind: 'data', name: 'folder' }],
    [['cifar-10-binary.tar (1).gz'], null, { kind: 'data', name: 'cifar10' }],
    [['gtsrb.zip'], 'cifar10', { kind: 'data', name: 'gtsrb' }],
    [['cifar10_preactresnet18_badnet_0_1.zip'], null, { kind: 'unclear' }],
    [['gtsrb_wanet.zip'], null, { kind: 'unclear' }],
    [['gtsrb_wanet.zip'], 'cifar10', { kind: 'unclear' }],
    [['GTSRB_Final_Test_GT.zip', 'gtsrb_wanet.zip'], null, { kind: 'unclear' }],
    [['gtsrb_photos.zip'], 'gtsrb', { kind: 'data', name: 'gtsrb' }],
    [['images.zip'], null, { kind: 'unclear' }],
    [['cats/1.png', 'dogs/2.JPEG'], null, { kind: 'data', name: 'folder' }],
    [['notes.txt'], null, { kind: 'checkpoint' }],
    [['net/model.json', 'net/group1-shard1of2.bin', 'net/group1-shard2of2'], null, { kind: 'run' }],
    [['group1-shard1of1.bin'], null, { kind: 'unclear' }],
  ] as const)('%j, while %s is wanted: %j', (paths, wanted, expected) => {
    expect(
      fileKind(
        paths.map((path) => file(path)),
        wanted,
      ),
    ).toEqual(expected);
  });
});

describe('a TensorFlow.js model', () => {
  it('is called that, whatever file comes first', async () => {
    const { app, state } = await start();
    const json = new Blob([JSON.stringify({ format: 'layers-model', weightsManifest: [] })]);
    await app.own.open([file('group1-shard1of1.bin'), { path: 'model.json', blob: json }]);
    const { error } = state().own;
    expect(error?.message).toMatch(/TensorFlow\.js model/);
    expect(error).toMatchObject({ code: 'badData', field: 'weightsManifest' });
    expect(error?.remedy).toMatch(/state dict/);
  });
});

describe('images of one’s own', () => {
  it('let the model that waited for them load', async () => {
    const { app, engine, state } = await start();
    await app.own.pick('gtsrb-blended');
    expect(state().own).toMatchObject({ isOpen: true, waiting: 'gtsrb-blended' });
    expect(state().session.model?.manifest.id).toBe('signs-badnets');
    await app.own.open([file('images.zip')]);
    expect(engine.calls).toContain('openData gtsrb images.zip');
    expect(state().own.data).toMatchObject([{ name: 'gtsrb', testCount: 12_630 }]);
    await expect.poll(() => state().session.model?.manifest.id).toBe('gtsrb-blended');
    expect(state().own).toMatchObject({ waiting: null, task: null, error: null });
    await app.own.forget('gtsrb');
    expect(state().own.data).toEqual([]);
    const gtsrb = state().session.models.find(({ manifest }) => manifest.id === 'gtsrb-blended');
    expect(gtsrb?.needs).toBe('needs the GTSRB images');
  });

  it('are no longer waited for once the dialog is closed', async () => {
    const { app, engine, state } = await start();
    await app.own.pick('gtsrb-blended');
    app.own.close();
    const files = [file('my_results.zip')];
    await app.own.open(files);
    expect(state().own).toMatchObject({ waiting: null, unclear: files });
    expect(engine.calls.filter((call) => call.startsWith('openData'))).toEqual([]);
  });

  it('are waited for behind a closed dialog while they are read, not after', async () => {
    const { app, state } = await start();
    await app.own.pick('gtsrb-blended');
    const reading = app.own.open([file('slow.zip')]);
    app.own.close();
    expect(state().own.waiting).toBe('gtsrb-blended');
    await app.own.cancel();
    await reading;
    expect(state().own).toMatchObject({ waiting: null, isOpen: false, task: null });
  });

  it('that fail behind a closed dialog open it again', async () => {
    const { app, engine, state } = await start();
    vi.spyOn(engine, 'openData').mockImplementationOnce(() => {
      app.own.close();
      return Promise.reject(new FmpError('the file is cut short', { code: 'badData' }));
    });
    await app.own.open([file('cut.tar.gz')], { kind: 'data', name: 'cifar10' });
    expect(state().own).toMatchObject({ isOpen: true, error: { code: 'badData' } });
  });

  it('replace those of the model on show, which is loaded again', async () => {
    const { app, engine, state } = await start();
    await app.own.pick('gtsrb-blended');
    await app.own.open([file('images.zip')]);
    await expect.poll(() => state().session.model?.manifest.id).toBe('gtsrb-blended');
    const loads = (): number => engine.calls.filter((call) => call === 'load gtsrb-blended').length;
    const before = loads();
    await app.own.open([file('others.zip')], { kind: 'data', name: 'gtsrb' });
    await expect.poll(loads).toBe(before + 1);
    await app.own.open([file('else.zip')], { kind: 'data', name: 'cifar10' });
    expect(loads()).toBe(before + 1);
  });

  it('are asked about when their name says nothing', async () => {
    const { app, engine, state } = await start();
    const files = [file('images.zip')];
    await app.own.open(files);
    expect(state().own.unclear).toBe(files);
    await app.own.open(files, { kind: 'data', name: 'folder' });
    expect(engine.calls).toContain('openData folder images.zip');
    expect(state().own.unclear).toBeNull();
  });

  it('can be cancelled while they are read, which is no failure', async () => {
    const { app, state } = await start();
    const opening = app.own.open([file('slow.tar.gz')], { kind: 'data', name: 'cifar10' });
    expect(state().own.task).toEqual({ kind: 'data', read: 4_000_000, total: 10_000_000 });
    await app.own.open([file('run.json', '{}')]);
    expect(state().own.error).toBeNull();
    await app.own.cancel();
    await opening;
    expect(state().own).toMatchObject({ task: null, error: null, data: [] });
  });

  it('that are damaged leave everything as it was and say why', async () => {
    const { app, state } = await start();
    await app.own.open([file('bad.tar.gz')], { kind: 'data', name: 'cifar10' });
    expect(state().own.error).toMatchObject({ code: 'badData', got: '10 bytes' });
    expect(state().session.error).toBeNull();
    expect(state().session.model?.manifest.id).toBe('signs-badnets');
    app.own.show();
    expect(state().own.error).toBeNull();
  });
});

it('says so when what was dropped cannot be read', async () => {
  const { app, state } = await start();
  app.own.unreadable();
  expect(state().own).toMatchObject({ isOpen: true, error: { code: 'badInput' } });
});

describe('a network of one’s own', () => {
  it('replaces the model only once it is used, and can be picked again', async () => {
    const { app, engine, state } = await start();
    await app.run.start('scored');
    await app.own.open([file('mine.safetensors')]);
    expect(state().own.checkpoint?.architecture).toContain('PreActResNet');
    expect(state().results.sweep).not.toBeNull();
    const choice: CheckpointChoice = {
      normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
      ...{ dataset: 'signs' as const, trigger: null },
    };
    await app.own.use(choice);
    expect(state().own.isOpen).toBe(false);
    expect(state().session.model?.manifest).toMatchObject({ id: 'own', metrics: null });
    expect(state().results.sweep).toBeNull();
    expect(state().run.spec.model).toBe('own');
    await app.run.start('scored');
    expect(state().run.status).toBe('done');
    await app.own.pick('signs-clean');
    await app.own.pick('own');
    expect(engine.calls.filter((call) => call === 'useCheckpoint signs none')).toHaveLength(2);
    expect(state().session.model?.manifest.id).toBe('own');
  });

  const CHOICE: CheckpointChoice = {
    ...{ normalisation: { mean: [0, 0, 0], std: [1, 1, 1] }, dataset: 'signs', trigger: null },
  };
  async function used(): ReturnType<typeof start> {
    const scene = await start();
    await scene.app.own.open([file('mine.safetensors')]);
    await scene.app.own.use(CHOICE);
    await scene.app.own.pick('signs-badnets');
    return scene;
  }

  it('that cannot be picked again says why in the dialog, and leaves the other one', async () => {
    const { app, engine, state } = await used();
    vi.spyOn(engine, 'useCheckpoint').mockRejectedValueOnce(
      new FmpError('mine needs the gtsrb images', { code: 'badData' }),
    );
    await app.own.pick('own');
    expect(state().own).toMatchObject({ isOpen: true, task: null, error: { code: 'badData' } });
    expect(state().session.model?.manifest.id).toBe('signs-badnets');
    expect(isReady(state())).toBe(true);
  });

  it('ends the download of another, without a word of it', async () => {
    const { app, engine, state } = await start({ holdLoading: 'signs-clean' });
    await app.run.start('scored');
    const { results } = state();
    await app.own.open([file('mine.safetensors')]);
    const loading = app.run.load('signs-clean');
    vi.spyOn(engine, 'useCheckpoint').mockRejectedValueOnce(
      new FmpError('mine does not fit', { code: 'badModel' }),
    );
    await app.own.use(CHOICE);
    await loading;
    // It came to nothing: what was there before both is there again.
    expect(engine.calls).toContain('cancelLoad');
    expect(state().results).toBe(results);
    const again = app.run.load('signs-clean');
    await app.own.use(CHOICE);
    await again;
    expect(state().session).toMatchObject({ model: { manifest: { id: 'own' } }, loading: null });
    expect(state().session.notices).toEqual([]);
  });

  it('starts from the guesses and says what is missing', () => {
    const info = fakeCheckpoint();
    const answers = firstAnswers(info);
    expect(answers).toMatchObject({ mean: '0, 0, 0', std: '1, 1, 1', dataset: 'gtsrb' });
    expect(problemsOf(answers, info, [])).toEqual({ dataset: 'Open its files first.' });
    expect(choiceOf(answers, info, [])).toBeNull();
    const signs = { ...answers, dataset: 'signs' } as const;
    expect(choiceOf(signs, info, [])).toEqual({
      ...{ normalisation: { mean: [0, 0, 0], std: [1, 1, 1] }, dataset: 'signs', trigger: null },
    });
  });

  it.each([
    [{ mean: '0.5, 0.5' }, 'mean'],
    [{ mean: '0.5, 0.5, x' }, 'mean'],
    [{ std: '0, 1, 1' }, 'std'],
    [{ dataset: null }, 'dataset'],
    [{ dataset: 'folder' }, 'dataset'],
    [{ classNames: 'one\ntwo' }, 'classNames'],
    [{ source: 'own' }, 'trigger'],
  ] as const)('cannot be used with %j', (patch, field) => {
    const info = fakeCheckpoint();
    const answers = { ...firstAnswers(info), dataset: 'signs', ...patch } as const;
    const folder: DataInfo = {
      name: 'folder',
      ...{ classNames: ['a', 'b'], trainCount: 9, testCount: 3, notes: [] },
    };
    expect(Object.keys(problemsOf(answers, info, [folder]))).toEqual([field]);
    expect(choiceOf(answers, info, [folder])).toBeNull();
  });
});

describe('a run file', () => {
  async function written(of: App): Promise<string> {
    await of.run.start();
    const { getState } = of.store;
    const here = { date: '2026-01-31', commit: '', device: 'a test' };
    return writeRunFile(getState(), of.feed.snapshot(), here) ?? '';
  }

  it('opens with its model, so that it can be gone on with', async () => {
    const text = await written((await start()).app);
    const { app, engine, state } = await start();
    await app.own.pick('signs-clean');
    await app.own.open([file('run.json', text)]);
    expect(state().session).toMatchObject({ viewOnly: false, loading: null });
    expect(state().results.sweep?.recorded?.device).toBe('a test');
    await app.run.continueTo('pruned');
    expect(engine.calls).toContain('run pruned p=16');
  });

  it('of Defender view leave the network its trigger, and say what is missing', async () => {
    const { app: source } = await start();
    await source.run.start('pruned');
    const origin = { date: '2026-01-31', commit: '', device: 'a test' };
    const seen = asSeen(source.store.getState());
    const text = writeRunFile(seen, source.feed.snapshot(), origin) ?? '';
    const { app, engine, state } = await start();
    await app.own.open([file('run.json', text)]);
    expect(engine.calls.some((call) => call.startsWith('setTrigger'))).toBe(false);
    expect(state().session.model?.trigger).toEqual(source.store.getState().session.model?.trigger);
    expect(state().results.stages.pruned?.metrics.asr).toBeNull();
    expect(state().session.notices.at(-1)).toContain('exported in Defender view');
  });

  it('of a network that is not here can be read, not gone on with', async () => {
    const other = await start();
    await other.app.own.open([file('mine.safetensors')]);
    const normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };
    await other.app.own.use({ normalisation, dataset: 'signs', trigger: null });
    const text = await written(other.app);
    const { app, engine, state } = await start();
    await app.own.open([file('run.json', text)]);
    expect(state().session).toMatchObject({ viewOnly: true, loading: null });
    expect(app.feed.snapshot()?.rows).toBe(1200);
    await app.run.start();
    await app.run.continueTo('pruned');
    expect(await app.maps.inspect(3, 0)).toBeNull();
    expect(engine.calls.filter((call) => /^(run|adopt|inspect)/.test(call))).toEqual([]);
    await app.own.pick('signs-clean');
    expect(state().session.viewOnly).toBe(false);
  });

  it('of another kind is refused and what was on show stays', async () => {
    const { app, state } = await start();
    await app.own.open([file('run.json', '{"format":"something"}')]);
    expect(state().own.error).toMatchObject({ code: 'badData', message: /not a run/ });
    expect(state().session.model?.manifest.id).toBe('signs-badnets');
  });
});
