/** Every file of the checkpoint fixtures behaves as its README says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { loadTriggeredImages } from '../../src/formats/backdoorBench/triggeredImages.ts';
import { openCheckpoint, type Checkpoint } from '../../src/formats/checkpoint/open.ts';
import { factsOf } from '../support/facts.ts';
import { bytes, integers, oracleDir, oracleJson, oracleTensors } from '../support/oracle.ts';
import { cpuMs } from './torch/cpuTime.ts';
import { tensorsOf } from './torch/torchFiles.ts';

const dir = join(oracleDir() ?? '', 'checkpoints');
const present = oracleDir() !== null && existsSync(join(dir, 'index.json'));

interface Row {
  readonly file: string;
  readonly expected: string;
}

/** What each bad file's error names: a field, what was found, or the whole message. */
const NAMED: Readonly<Record<string, RegExp>> = {
  'bad/code_os_system_zip.pt': /posix\.system/,
  'bad/code_os_system_raw.pt': /os\.system/,
  'bad/code_eval_zip.pt': /eval/,
  'bad/code_stack_global.pt': /builtins\.exec/,
  'bad/code_getattr.pt': /builtins\.getattr/,
  'bad/truncated_zip.pt': /central directory/,
  'bad/truncated_legacy.pt': /file length 82215 bytes/,
  'bad/huge_declared_size.pt': /4294967280/,
  'bad/deflate_bomb.pt': /compressed/,
  'bad/stride_out_of_bounds.pt': /3004/,
  'bad/offset_out_of_bounds.pt': /1000016/,
  'bad/offset_partly_out.pt': /17/,
  'bad/negative_stride.pt': /strides/,
  'bad/negative_offset.pt': /offset/,
  'bad/shape_overflow.pt': /sizes/,
  'bad/expand_bomb.pt': /2147483648/,
  'bad/rank_mismatch.pt': /strides/,
  'bad/huge_numel.pt': /data\/0/,
  'bad/missing_storage.pt': /data\/7/,
  'bad/zip_path_traversal.pt': /outside\.txt/,
  'bad/prototype_keys.pt': /__proto__|conv1\.weight|layer1/,
  'bad/recursive_list.pt': /a list/,
  'bad/deep_nesting.pt': /a list/,
  'bad/empty.pt': /empty/,
  'bad/random_bytes.pt': /begins/,
  'bad/nan_weights.pt': /layer2\.0\.conv1\.weight\[3\].*NaN/,
  'bad/inf_weights.pt': /layer1\.0\.bn1\.weight\[\d+\].*Infinity/,
  'bad/negative_running_var.pt': /running_var\[\d+\].*-1/,
  'bad/wrong_shapes.pt': /layer2\.1\.conv2\.weight.*linear\.weight/,
  'bad/missing_keys.pt':
    /layer3\.0\.shortcut\.0\.weight.*layer4\.1\.bn2\.running_var.*linear\.bias/,
  'bad/extra_keys.pt': /layer5\.0\.conv1\.weight/,
};

function open(file: string): Checkpoint {
  return openCheckpoint(readFileSync(join(dir, file)), file, recordFiles());
}

function recordFiles(): Map<string, Uint8Array> {
  const root = join(dir, 'record');
  return new Map(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.png'))
      .map((path) => [path, readFileSync(join(root, path))]),
  );
}

function decode(file: Uint8Array) {
  return PNG.sync.read(Buffer.from(file));
}

if (!present) it.skip('checkpoint fixtures: none here; set FMP_ORACLE to their folder');
else
  describe('checkpoint fixtures', () => {
    const rows = oracleJson(dir, 'index.json') as readonly Row[];
    const good = rows.filter(({ expected }) => expected === 'good').map(({ file }) => file);
    const bad = rows.filter(({ expected }) => expected !== 'good').map(({ file }) => file);
    const networks = good.filter((file) => file !== 'views.pt');
    const state = oracleTensors(dir, 'expected_state.safetensors');

    it.each(networks)('%s holds exactly the expected weights', (file) => {
      const { tensors, stateDict, plan } = open(file);
      expect(tensors.size).toBe(102);
      expect(tensors).toEqual(state);
      expect(stateDict.size).toBe(86);
      expect(plan.architecture).toMatchObject({ family: 'PreActResNet', width: 3, classes: 10 });
    });

    it('views.pt holds exactly the expected values', () => {
      const views = tensorsOf(readFileSync(join(dir, 'views.pt')));
      expect(views).toEqual(oracleTensors(dir, 'expected_views.safetensors'));
    });

    it.each(['attack_result.pt', 'attack_result_inline.pt', 'attack_result_v1.pt'])(
      '%s holds the triggered test images',
      (file) => {
        const { backdoorBench, companions, guess, metadata } = open(file);
        const expected = oracleTensors(dir, 'expected_bd_test.safetensors');
        const set = backdoorBench?.bdTest ?? null;
        if (set === null) throw new Error('no bd_test');
        expect(set.indices).toEqual(integers(expected, 'index'));
        expect(set.labels).toEqual(integers(expected, 'bd_label'));
        expect(set.originalLabels).toEqual(integers(expected, 'original_label'));
        const images = loadTriggeredImages(set, companions, decode, 32);
        expect(images).toEqual(bytes(expected, 'images'));
        expect(backdoorBench).toMatchObject({ modelName: 'preactresnet18', classes: 10 });
        expect(guess).toMatchObject({ dataset: 'cifar10', because: 'the file says cifar10' });
        expect(metadata.get('data_path')).toBe('./data/cifar10');
      },
    );

    it.each(bad)('%s', (file) => {
      const rule = NAMED[file];
      if (rule === undefined) {
        // Its path leaves the record folder: it may match only files that were handed in.
        expect(file).toBe('bad/attack_result_path_traversal.pt');
        const { backdoorBench, companions } = open(file);
        const set = backdoorBench?.bdTest ?? null;
        if (set === null) throw new Error('no bd_test');
        const facts = factsOf(() => loadTriggeredImages(set, companions, decode, 32));
        expect(facts.got).toMatch(/secret\.png/);
        return;
      }
      const ms = cpuMs(() => factsOf(() => open(file)));
      expect(ms).toBeLessThan(2000);
      const facts = factsOf(() => open(file));
      expect(facts.code).toBe('badModel');
      expect(facts.remedy).toBeTruthy();
      expect(`${facts.field ?? ''} ${facts.got ?? ''}`).toMatch(rule);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect(({} as Record<string, unknown>)['conv1.weight']).toBeUndefined();
    });

    it('every bad file is named here', () => {
      const rules = [...Object.keys(NAMED), 'bad/attack_result_path_traversal.pt'];
      expect([...bad].sort()).toEqual(rules.sort());
    });
  });
