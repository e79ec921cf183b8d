import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import {
  loadTriggeredImages,
  type DecodeImage,
} from '../../src/formats/backdoorBench/triggeredImages.ts';
import { openCheckpoint } from '../../src/formats/checkpoint/open.ts';
import type { HostTensor } from '../../src/formats/hostTensor.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { factsOf } from '../support/facts.ts';
import { randomWeights, TINY_PLAN } from '../support/weights.ts';
import {
  attackResult,
  bdTestV1,
  bdTestV2,
  image,
  int64Array,
  pixels,
} from './torch/backdoorFiles.ts';
import { PickleWriter, torchZip } from './torch/pickleWriter.ts';
import { bytesOf, storedWeights, torchStateDicts } from './torch/torchFiles.ts';

const WEIGHTS = randomWeights(TINY_PLAN);
const decode: DecodeImage = (bytes) => PNG.sync.read(Buffer.from(bytes));

/** A state dict, or something around it, as a zip file. */
function saved(
  around: (stateDict: (writer: PickleWriter) => PickleWriter) => (writer: PickleWriter) => unknown,
  weights: ReadonlyMap<string, HostTensor> = WEIGHTS,
  rename?: (name: string) => string,
): Uint8Array {
  const { storages, write } = storedWeights(weights, rename);
  const writer = new PickleWriter();
  around(write)(writer);
  return torchZip(writer.done(), bytesOf(storages));
}

/** A 2 × 2 PNG of one value. */
function png(fill: number, side = 2): Uint8Array {
  const picture = new PNG({ width: side, height: side });
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 255 : fill;
  return PNG.sync.write(picture);
}

/** bd_test of the first version: one image, remembered and named again. */
function sharedImage(count: number): (writer: PickleWriter) => PickleWriter {
  return (writer) => {
    const numbers = (w: PickleWriter): unknown =>
      w.raw(0x5d, 0x28, ...Array.from({ length: 2 * count }, (_, i) => (i % 2 ? 0 : 0x4b)), 0x65);
    return writer.dict({
      x: (w) => {
        image(9)(w.raw(0x5d, 0x28)).raw(0x71, 0);
        return w.raw(
          ...Array.from({ length: 2 * (count - 1) }, (_, i) => (i % 2 ? 0 : 0x68)),
          0x65,
        );
      },
      ...{ y: numbers, original_index: numbers, original_targets: numbers },
    });
  };
}

function setOf(bytes: Uint8Array) {
  const set = openCheckpoint(bytes, 'attack_result.pt').backdoorBench?.bdTest ?? null;
  if (set === null) throw new Error('no bd_test');
  return set;
}

describe('a checkpoint', () => {
  it.each([
    ['zip', torchStateDicts().zip, 'PyTorch zip file'],
    ['legacy', torchStateDicts().legacy, 'PyTorch file from before 1.6'],
    ['safetensors', writeSafetensors(WEIGHTS, { epoch: '7' }), 'safetensors'],
  ] as const)('is read from %s', (format, bytes, kind) => {
    const { tensors, plan, stateDict, ...rest } = openCheckpoint(bytes, 'file');
    expect(tensors).toEqual(WEIGHTS);
    expect(plan.architecture).toEqual(TINY_PLAN.architecture);
    expect([...stateDict.keys()]).toEqual([...WEIGHTS.keys()]);
    expect(rest).toMatchObject({ format, kind, backdoorBench: null });
    expect(rest.metadata.get('epoch')).toBe(format === 'safetensors' ? '7' : undefined);
  });

  it.each(['state_dict', 'model_state_dict', 'model', 'net', 'netC', 'weights'])(
    'is found under %s, with what stands beside it',
    (place) => {
      const bytes = saved(
        (write) => (w) =>
          w.dict({ epoch: (v) => v.int(7), [place]: write, best: (v) => v.raw(0x89) }),
      );
      const { tensors, metadata } = openCheckpoint(bytes, 'file');
      expect(tensors).toEqual(WEIGHTS);
      expect([...metadata]).toEqual([
        ['epoch', '7'],
        ['best', 'false'],
      ]);
    },
  );

  it.each(['module.', 'model.', '_orig_mod.module.', 'module.module.'])(
    'is freed of the prefix %s',
    (prefix) => {
      const bytes = saved(
        (write) => write,
        WEIGHTS,
        (name) => prefix + name,
      );
      expect(openCheckpoint(bytes, 'file').tensors).toEqual(WEIGHTS);
    },
  );

  it('keeps a prefix that not every tensor has, and an endless one', () => {
    const one = saved(
      (write) => write,
      WEIGHTS,
      (name) => (name === 'linear.bias' ? name : `module.${name}`),
    );
    expect(factsOf(() => openCheckpoint(one, 'file'))).toMatchObject({ code: 'badModel' });
    const endless = saved(
      (write) => write,
      WEIGHTS,
      (name) => 'module.'.repeat(9000) + name,
    );
    expect(factsOf(() => openCheckpoint(endless, 'file'))).toMatchObject({ code: 'badModel' });
  });

  it('multiplies the masks of Fine-Pruning into the weights', () => {
    const { 'linear.weight': linear, ...others } = Object.fromEntries(WEIGHTS);
    if (linear === undefined) throw new Error('no linear layer');
    const mask = linear.data.map((_, i) => i % 2);
    const weights = new Map<string, HostTensor>(Object.entries(others));
    weights.set('linear.weight_orig', linear);
    weights.set('linear.weight_mask', { ...linear, data: mask });
    const { tensors } = openCheckpoint(
      saved((write) => write, weights),
      'file',
    );
    expect(tensors.size).toBe(WEIGHTS.size);
    expect(tensors.get('linear.weight')?.data).toEqual(
      linear.data.map((value, i) => value * (i % 2)),
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /empty/],
    ['an image', png(1), /89 50 4e 47/],
    ['a zip of something else', zipSync({ 'a.txt': Buffer.from('a') }), /0 files/],
    ['a dictionary of no tensors', saved(() => (w) => w.dict({ a: (v) => v.int(1) })), /"a"/],
    ['a number', saved(() => (w) => w.int(1)), /the number 1/],
    [
      'a network of another kind',
      saved(
        (write) => write,
        new Map(),
        (n) => n,
      ),
      /dictionary/,
    ],
  ])('refuses %s', (_, bytes, got) => {
    const facts = factsOf(() => openCheckpoint(bytes, 'some.file'));
    expect(facts.code).toBe('badModel');
    expect(facts.got).toMatch(got);
    expect(facts.remedy).toBeTruthy();
  });

  it('clips its facts, of which one long text may be many', () => {
    const bytes = saved((write) => (w) => {
      w.raw(0x7d).mark().text('text').text('x'.repeat(100_000)).raw(0x71, 0);
      for (let i = 0; i < 2000; i++) w.text(`k${String(i)}`).raw(0x68, 0);
      write(w.text('state_dict')).raw(0x75);
    });
    const long = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`k${String(i)}`, 'x'.repeat(1000)]),
    );
    for (const file of [bytes, writeSafetensors(WEIGHTS, long)]) {
      const { metadata } = openCheckpoint(file, 'file');
      expect(metadata.size).toBe(200);
      expect(Math.max(...Array.from(metadata.values(), (text) => text.length))).toBe(201);
    }
  });

  it('asks for what it does not hold, with guesses', () => {
    const { missing, guess } = openCheckpoint(torchStateDicts().zip, 'file');
    expect(guess).toEqual({ dataset: null, normalisation: null, because: 'it has 3 classes' });
    expect(missing.map(({ fact, suggestion }) => [fact, suggestion])).toEqual([
      ['normalisation', null],
      ['class names', null],
      ['trigger', null],
    ]);
  });
});

describe('a BackdoorBench file', () => {
  it('of a defence holds the model only', () => {
    const { backdoorBench, kind, guess, tensors } = openCheckpoint(attackResult(null), 'f');
    expect(kind).toBe('BackdoorBench defense_result.pt');
    expect(backdoorBench).toMatchObject({ version: 'defence', classes: 3, bdTest: null });
    expect(guess).toMatchObject({ dataset: 'gtsrb', because: 'the file says gtsrb' });
    expect(tensors).toEqual(WEIGHTS);
  });

  it('of the first version holds its images', () => {
    const set = setOf(attackResult(bdTestV1));
    expect([...set.labels, ...set.originalLabels, ...set.indices]).toEqual([0, 2, 5]);
    expect(loadTriggeredImages(set, new Map(), decode, 2)).toEqual(pixels(9));
  });

  it('of the second version takes its images from the record folder, in its order', () => {
    const set = setOf(attackResult(bdTestV2()));
    expect([...set.indices, ...set.originalLabels]).toEqual([4, 7, 1, 2]);
    const files = new Map([
      ['x/bd_train_dataset/1/4.png', png(99)],
      ['x/bd_test_dataset/2/7.png', png(7)],
      ['x/bd_test_dataset/1/4.png', png(4)],
    ]);
    const both = Uint8Array.from([...pixels(4), ...pixels(7)]);
    expect(loadTriggeredImages(set, files, decode, 2)).toEqual(both);
  });

  it.each([0, 9] as const)(
    'takes its images from a zip of level %i beside it or around it',
    (level) => {
      const folder = {
        'run/bd_test_dataset/1/4.png': png(4),
        'run/bd_test_dataset/2/7.png': png(7),
        'run/readme.txt': Buffer.from('hello'),
      };
      const file = attackResult(bdTestV2());
      const zip = zipSync({ ...folder, 'run/attack_result.pt': file }, { level });
      const beside = new Map([['record.zip', zipSync(folder, { level })]]);
      for (const { backdoorBench, companions } of [
        openCheckpoint(file, 'attack_result.pt', beside),
        openCheckpoint(zip, 'run.zip'),
      ]) {
        const set = backdoorBench?.bdTest ?? null;
        if (set === null) throw new Error('no bd_test');
        const images = loadTriggeredImages(set, companions, decode, 2);
        expect(images).toEqual(Uint8Array.from([...pixels(4), ...pixels(7)]));
      }
    },
  );

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['nothing', {}, /4\.png", and no record folder/],
    ['another class', { 'bd_test_dataset/3/4.png': png(4) }, /no ".*4\.png"/],
    [
      'two of one name',
      { 'a/bd_test_dataset/1/4.png': png(4), 'b/bd_test_dataset/1/4.png': png(4) },
      /4\.png/,
    ],
    ['another size', { 'bd_test_dataset/1/4.png': png(4, 3) }, /3 × 3/],
    ['no PNG', { 'bd_test_dataset/1/4.png': Buffer.from('hello') }, /no PNG/],
    ['a damaged PNG', { 'bd_test_dataset/1/4.png': png(4).subarray(0, 40) }, /./],
  ])('says what is wrong with a record folder of %s', (_, files, got) => {
    const set = setOf(attackResult(bdTestV2()));
    const facts = factsOf(() =>
      loadTriggeredImages(set, new Map(Object.entries(files)), decode, 2),
    );
    expect(facts.code).toBe('badModel');
    expect(facts.got).toMatch(got);
  });

  it('decodes no PNG of another size, whatever it declares', () => {
    const huge = Buffer.from(png(4));
    huge.writeUInt32BE(65_535, 16);
    const files = new Map([['1/4.png', huge]]);
    const refuse: DecodeImage = () => {
      throw new Error('decoded');
    };
    const set = setOf(attackResult(bdTestV2()));
    expect(factsOf(() => loadTriggeredImages(set, files, refuse, 2)).got).toBe('65535 × 2');
  });

  it('decodes a file that several paths mean once', () => {
    const image = (path: string) => ({ kind: 'file', path }) as const;
    const paths = Array.from({ length: 50 }, (_, i) => image(`./run${String(i)}/test/1/4.png`));
    const images = [...paths, image('./run/test/1/7.png'), ...paths];
    const set = { ...setOf(attackResult(bdTestV2())), images };
    const files = new Map([
      ['test/1/4.png', png(4)],
      ['test/1/7.png', png(7)],
    ]);
    let decoded = 0;
    const counted: DecodeImage = (bytes) => {
      decoded++;
      return decode(bytes);
    };
    const expected = images.flatMap(({ path }) => [...pixels(path.endsWith('4.png') ? 4 : 7)]);
    expect([...loadTriggeredImages(set, files, counted, 2)]).toEqual(expected);
    expect(decoded).toBe(2);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['more images than any test set', attackResult(sharedImage(60_000)), /bd_test\.x/],
    ['one image twice', attackResult(sharedImage(2)), /bd_test\[0\]/],
    ['another number of classes', attackResult(null, 4), /num_classes/],
    ['an index without its image', attackResult(bdTestV2([4])), /original_index_array/],
    ['an index twice', attackResult(bdTestV2([4, 4, 7])), /original_index_array/],
    [
      'a class that is none',
      attackResult((w) =>
        w.dict({
          x: (v) => v.list([image(1)]),
          y: int64Array([3]),
          original_index: int64Array([0]),
          original_targets: int64Array([0]),
        }),
      ),
      /bd_test\[0\]/,
    ],
    [
      'fewer labels than images',
      attackResult((w) => w.dict({ x: (v) => v.list([image(1)]), y: int64Array([]) })),
      /bd_test\.y/,
    ],
    [
      'a grey image',
      attackResult((w) => w.dict({ x: (v) => v.list([image(1, 'L')]) })),
      /image mode/,
    ],
    ['a text for its images', attackResult((w) => w.dict({ x: (v) => v.text('a') })), /bd_test\.x/],
    ['no container', attackResult((w) => w.dict({ a: (v) => v.int(1) })), /bd_data_container/],
  ])('with %s is refused', (_, bytes, field) => {
    const facts = factsOf(() => openCheckpoint(bytes, 'attack_result.pt'));
    expect(facts.code).toBe('badModel');
    expect(facts.field).toMatch(field);
  });

  it('in a zip that grows too much is refused before it is unpacked', () => {
    const zip = zipSync({
      'run/attack_result.pt': attackResult(bdTestV2()),
      'run/bd_test_dataset/1/4.png': new Uint8Array(5e6),
    });
    expect(factsOf(() => openCheckpoint(zip, 'run.zip')).field).toBe('run/bd_test_dataset/1/4.png');
  });
});
