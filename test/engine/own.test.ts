/** What a user brings: data sets, checkpoints, and what is taken home. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { CheckpointChoice, DataFile } from '../../src/bridge/own.ts';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { png, zip } from '../data/archives.ts';
import { attackResult, bdTestV2 } from '../formats/torch/backdoorFiles.ts';
import { torchStateDicts } from '../formats/torch/torchFiles.ts';
import { maskedMaps, readMask } from '../support/channelMask.ts';
import { factsOfAsync } from '../support/facts.ts';
import { memoryStore } from '../support/memoryStore.ts';
import { TINY_PLAN } from '../support/weights.ts';
import { TINY_ID, TINY_MAPS, tinyPlatform, tinySpec } from './tinyModel.ts';

const ignore = (): void => undefined;
const NORMALISATION = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
const CHOICE: CheckpointChoice = {
  ...{ normalisation: NORMALISATION, dataset: 'folder', trigger: null },
};

async function engineOf(changes: object = {}): Promise<Engine> {
  const platform = await tinyPlatform();
  return new Engine(
    { ...platform, ...changes },
    { backend: 'wasm', local: new Compute().handlers },
  );
}

const file = (path: string, bytes: Uint8Array): DataFile => ({
  ...{ path, blob: new Blob([new Uint8Array(bytes)]) },
});

/** Images of the three classes; the test image at position 4 is of class 1, that at 7 of class 2. */
const PICTURES = Object.fromEntries(
  ['a', 'b', 'c'].flatMap((name, k) => [
    ...Array.from({ length: 12 }, (_, i) => [
      `train/${name}/${i}.png`,
      png(80 * k, 10 * i, 5 * i, 32),
    ]),
    ...Array.from({ length: 3 }, (_, i) => [`test/${name}/${i}.png`, png(80 * k, 9 * i, i, 32)]),
  ]),
) as Record<string, Uint8Array>;
const FOLDER = [file('pictures.zip', zip(PICTURES))];
const NET = [file('net.pt', torchStateDicts().zip)];
const HUGE: DataFile = {
  path: 'x.pt',
  blob: { size: 2 ** 31, slice: () => new Blob() },
};
const RECORD = [
  file('run/attack_result.pt', attackResult(bdTestV2())),
  file('run/bd_test_dataset/1/4.png', png(1, 2, 3, 32)),
  file('run/bd_test_dataset/2/7.png', png(3, 2, 1, 32)),
  file('run/bd_train_dataset/2/9.png', new Uint8Array(1)),
];

describe('a data set', () => {
  it('is opened with progress, kept, listed and forgotten', async () => {
    const store = memoryStore();
    const engine = await engineOf({ store: () => Promise.resolve(store) });
    const seen: number[] = [];
    const info = await engine.openData('folder', FOLDER, (read, total) => seen.push(read / total));
    expect(info).toEqual({
      ...{ name: 'folder', classNames: ['a', 'b', 'c'], trainCount: 36, testCount: 9, notes: [] },
    });
    expect(seen.at(-1)).toBe(1);
    expect(await engine.data()).toEqual([info]);
    const later = await engineOf({ store: () => Promise.resolve(store) });
    expect(await later.data()).toEqual([info]);
    await later.forgetData('folder');
    expect(await later.data()).toEqual([]);
    expect(await store.list()).toEqual([]);
  });

  it('works where it cannot be kept, with a note', async () => {
    const engine = await engineOf({ store: () => Promise.resolve(memoryStore(1000)) });
    const { notes } = await engine.openData('folder', FOLDER);
    expect(notes).toEqual([expect.stringMatching(/not kept .* no room .* free disk space/)]);
    const closed = await engineOf({ store: () => Promise.reject(new Error('private window')) });
    expect((await closed.openData('folder', FOLDER)).notes).toEqual([]);
  });

  it('can be cancelled, and is opened one at a time', async () => {
    const engine = await engineOf();
    const opening = engine.openData('folder', FOLDER);
    expect(await factsOfAsync(() => engine.openCheckpoint(NET))).toMatchObject({
      code: 'badInput',
    });
    await engine.cancelOpen();
    expect((await factsOfAsync(() => opening)).code).toBe('cancelled');
    expect((await engine.openData('folder', FOLDER)).trainCount).toBe(36);
  });

  it('is what a model says it needs, until it is there', async () => {
    const store = memoryStore();
    const engine = await engineOf({ store: () => Promise.resolve(store) });
    expect((await engine.models())[0]?.needs).toBe('needs the CIFAR10 images');
    expect(await factsOfAsync(() => engine.load(TINY_ID))).toMatchObject({ code: 'badData' });
    const digits = zip({ 'train/0/1.png': png(1, 2, 3), 'test/0/1.png': png(1, 2, 3) });
    await engine.openData('cifar10', [file('ten.zip', digits)]).catch(ignore);
    expect((await (await engineOf()).models())[0]?.needs).toBeNull();
  });

  it('takes its clean images from elsewhere', async () => {
    const engine = await engineOf();
    const test = Object.entries(PICTURES).filter(([path]) => path.startsWith('test'));
    const clean = zip(
      Object.fromEntries(test.map(([path, bytes]) => [path.replace('test/', ''), bytes])),
    );
    const own = [file('clean.zip', clean)];
    expect(await engine.openData('folder', FOLDER, ignore, own)).toMatchObject({
      ...{ trainCount: 9, testCount: 9, notes: [] },
    });
    expect(await engine.openData('folder', own, ignore, FOLDER)).toMatchObject({
      ...{ trainCount: 45, testCount: 9 },
    });
    const others = [
      file(
        'x.zip',
        zip({ 'x/1.png': png(1, 2, 3), 'x/2.png': png(2, 2, 3), 'y/1.png': png(2, 1, 3) }),
      ),
    ];
    const facts = await factsOfAsync(() => engine.openData('folder', FOLDER, ignore, others));
    expect(facts).toMatchObject({ code: 'badData', field: 'clean' });
  });
});

describe('a checkpoint', () => {
  it('says what it is and what it does not say', async () => {
    const engine = await engineOf();
    expect(await engine.openCheckpoint(NET)).toMatchObject({
      ...{ name: 'net.pt', format: 'zip', classes: 3, triggered: 0, metadata: {} },
      architecture: 'PreActResNet, width 2, blocks 1-2, 3 classes',
      guess: { dataset: null, normalisation: null, because: 'it has 3 classes' },
      missing: ['normalisation', 'class names', 'trigger'],
    });
    const info = await engine.openCheckpoint(RECORD);
    expect(info).toMatchObject({ name: 'attack_result.pt', triggered: 2 });
    expect(info.guess.dataset).toBe('gtsrb');
    expect(info.tensors[0]).toEqual({ name: 'conv1.weight', shape: [2, 3, 3, 3], dtype: 'F32' });
  });

  it('runs like a bundled model, and is taken home', async () => {
    const engine = await engineOf();
    await engine.openData('folder', FOLDER);
    await engine.openCheckpoint(NET);
    const loaded = await engine.useCheckpoint(CHOICE);
    expect(loaded.manifest).toMatchObject({
      ...{ id: 'own', title: 'net.pt', attack: 'unknown', metrics: null, classes: ['a', 'b', 'c'] },
    });
    expect(loaded).not.toHaveProperty('stored');
    expect(await factsOfAsync(() => engine.exportWeights('pruned'))).toMatchObject({
      ...{ code: 'badInput', field: 'stage' },
    });
    const tensors = tf.memory().numTensors;
    const spec = tinySpec({ model: 'own', evaluation: { images: 9 } });
    const result = await engine.run(spec, ignore);
    expect(result?.stages.fineTuned).toMatchObject({ nClean: 9, asr: null });
    expect(tf.memory().numTensors).toBe(tensors);
    const { weights, mask } = await engine.exportWeights('fineTuned');
    const names = [...readSafetensors(weights).keys()].sort();
    expect(names).toEqual(
      [...readSafetensors((await engine.exportWeights('pruned')).weights).keys()].sort(),
    );
    const pruned = maskedMaps(readMask(mask), TINY_PLAN);
    expect(pruned).toHaveLength(Math.floor(TINY_MAPS / 5));
    await engine.run(spec, ignore, 'pruned');
    expect(await factsOfAsync(() => engine.exportWeights('fineTuned'))).toMatchObject({
      expected: 'pruned',
    });
  });

  it('is measured on its own triggered images until there is a trigger', async () => {
    const engine = await engineOf();
    await engine.openData('folder', FOLDER);
    await engine.openCheckpoint(RECORD);
    const { stored, samples } = await engine.useCheckpoint(CHOICE);
    expect(stored).toEqual({ images: 2, target: 0 });
    expect([...samples.labels]).toEqual([1, 2]);
    expect(samples.triggered?.slice(0, 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(samples.clean.slice(0, 3)).toEqual(Uint8Array.of(80, 9, 1));
    const events: RunEvent[] = [];
    const spec = tinySpec({ model: 'own', evaluation: { images: 9 } });
    expect(await engine.run(spec, (event) => events.push(event), 'evaluated')).toBeNull();
    const stage = events.find((event) => event.kind === 'stage');
    expect(stage?.metrics).toMatchObject({ acc: { n: 9 }, asr: { n: 2 }, ra: { n: 2 } });
    expect([...(stage?.predictions.triggeredLabels ?? [])]).toEqual([1, 2]);
    expect(await engine.run({ ...spec, control: 'oracle' }, ignore)).not.toBeNull();
    await engine.setTrigger({
      ...{ kind: 'badnets', target: 2 },
      ...{ size: 3, corner: 'topLeft', colour: [9, 9, 9] },
    });
    const other = await engine.run(spec, ignore);
    expect(other?.stages.backdoored.nTriggered).toBe(6);
    await engine.setTrigger(null);
    expect((await engine.run(spec, ignore))?.stages.backdoored.nTriggered).toBe(2);
  });

  it('comes back after another model was loaded', async () => {
    const engine = await engineOf();
    expect(await factsOfAsync(() => engine.load('own'))).toMatchObject({ field: 'model' });
    await engine.openData('folder', FOLDER);
    await engine.openCheckpoint(NET);
    const first = await engine.useCheckpoint(CHOICE);
    await engine.load(TINY_ID);
    expect((await engine.load('own')).probabilities).toEqual(first.probabilities);
  });

  const trigger = { kind: 'sig', target: 3, delta: 20, frequency: 6 } as const;
  it.each<[string, Partial<CheckpointChoice>, string]>([
    ['a std of 0', { normalisation: { ...NORMALISATION, std: [1, 0, 1] } }, 'normalisation.std'],
    ['two means', { normalisation: { ...NORMALISATION, mean: [1, 0] } }, 'normalisation.mean'],
    ['a name too few', { classNames: ['a', 'b'] }, 'classNames'],
    ['a class that is not there', { trigger }, 'trigger.target'],
    ['data that is not open', { dataset: 'gtsrb' }, 'data'],
  ])('is not half applied: %s', async (_, changes, field) => {
    const engine = await engineOf();
    await engine.openData('folder', FOLDER);
    const before = await engine.load(TINY_ID);
    await engine.openCheckpoint(NET);
    const use = (): Promise<unknown> => engine.useCheckpoint({ ...CHOICE, ...changes });
    expect(await factsOfAsync(use)).toMatchObject({ field });
    const { probabilities } = await engine.setTrigger(before.trigger);
    expect(probabilities).toEqual(before.probabilities);
  });

  it.each<[string, DataFile[], object]>([
    ['nothing but pictures', RECORD.slice(1), { code: 'badInput', field: 'checkpoint' }],
    ['two of them', [...NET, file('b.pth', new Uint8Array(1))], { field: 'checkpoint' }],
    ['no weights', [file('x.pt', new Uint8Array(9))], { code: 'badModel' }],
    ['more than there is room for', [HUGE], { code: 'badInput', field: 'x.pt' }],
  ])('is refused: %s', async (_, files, facts) => {
    const engine = await engineOf();
    expect(await factsOfAsync(() => engine.openCheckpoint(files))).toMatchObject(facts);
    expect(await factsOfAsync(() => engine.useCheckpoint(CHOICE))).toMatchObject({
      field: 'checkpoint',
    });
  });

  it('needs a data set with as many classes', async () => {
    const engine = await engineOf();
    const two = {
      'a/1.png': png(1, 2, 3),
      'a/2.png': png(2, 2, 3),
      'b/1.png': png(1, 2, 3),
      'b/2.png': png(9, 2, 3),
    };
    await engine.openData('folder', [file('two.zip', zip(two))]);
    await engine.openCheckpoint(NET);
    expect(await factsOfAsync(() => engine.useCheckpoint(CHOICE))).toMatchObject({
      ...{ code: 'badData', got: 'folder, 2 classes' },
    });
  });
});
