/** `fmp run` and `fmp eval` on a checkpoint and images that nobody here made. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { parseCompareFile } from '../../src/core/study/recorded.ts';
import { createNodeEngine } from '../../src/engine/node/engine.ts';
import { openCheckpoint } from '../../src/formats/checkpoint/open.ts';
import { png, zip } from '../data/archives.ts';
import { attackResult, bdTestV2 } from '../formats/torch/backdoorFiles.ts';
import { torchStateDicts } from '../formats/torch/torchFiles.ts';
import { maskedMaps, readMask } from '../support/channelMask.ts';
import { MANIFEST } from '../support/manifest.ts';
import { TINY_PLAN } from '../support/weights.ts';
import { FakeTerminal } from './terminal.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/fmp.mjs', import.meta.url));
let folder = '';
const path = (name: string): string => join(folder, name);

function pictures(count: number, part = ''): Record<string, Uint8Array> {
  return Object.fromEntries(
    ['a', 'b', 'c'].flatMap((name, k) =>
      Array.from({ length: count }, (_, i): [string, Uint8Array] => [
        `${part}${name}/${String(i)}.png`,
        png(80 * k, 9 * i, 3 * i),
      ]),
    ),
  );
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmp-own-'));
  const manifest = { ...MANIFEST, data: { ...MANIFEST.data, id: 'gtsrb' } };
  const files: Record<string, Uint8Array | string> = {
    'models/index.json': '{"models":["tiny-badnets","tiny-signs"]}',
    'models/tiny-badnets/manifest.json': JSON.stringify(manifest),
    'models/tiny-signs/manifest.json': JSON.stringify({ ...MANIFEST, id: 'tiny-signs' }),
    'net.pth': torchStateDicts().legacy,
    'record/attack_result.pt': attackResult(bdTestV2()),
    'record/bd_test_dataset/1/4.png': png(1, 2, 3),
    'record/bd_test_dataset/2/7.png': png(3, 2, 1),
    'pictures.zip': zip({ ...pictures(20, 'train/'), ...pictures(3, 'test/') }),
    'unsplit.zip': zip(pictures(10)),
    'two.zip': zip({ 'x/1.png': png(1, 1, 1), 'x/2.png': png(2, 1, 1), 'y/1.png': png(1, 2, 1) }),
    'patch.png': png(255, 255, 255, 3),
    'mask.png': png(255, 255, 255, 3),
    'text.png': 'no picture',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** In this process; `@name` stands for a file of the folder. */
async function fmp(args: string, engine = true) {
  const terminal = new FakeTerminal();
  const status = await main(
    args.split(' ').map((word) => word.replace(/^@/, `${folder}/`)),
    terminal,
    {
      modelsDir: path('models'),
      createEngine: engine
        ? (options) => createNodeEngine({ ...options, backend: 'wasm', threads: 1 })
        : () => Promise.reject(new Error('an engine was started')),
    },
  );
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const OWN = '--model @net.pth --data @pictures.zip --normalise none';

describe('a bad combination', () => {
  it.each([
    ['run --model @net.pth', 'needs images', 'add --data PATH'],
    [`run ${OWN} --trigger @patch.png`, '--trigger without --target', 'add --target K'],
    [`run ${OWN} --target 1`, '--target without --trigger', 'add --trigger PNG'],
    [`run ${OWN} --trigger-mask @mask.png`, '--trigger-mask without --trigger', 'add --trigger'],
    [`run ${OWN} --trigger @patch.png --target one`, '--target', 'number of a class'],
    [`run ${OWN} --trigger @patch.png --target 1 --trigger-alpha 2`, '--trigger-alpha', '0 to 1'],
    [
      `run ${OWN} --trigger @patch.png --target 1 --trigger-alpha 1 --trigger-mask @mask.png`,
      'exclude each other',
      'leave one',
    ],
    [`run ${OWN} --trigger @none.png --target 1`, '--trigger', 'check the path'],
    [`run ${OWN} --trigger @text.png --target 1`, 'not an image', 'convert it to PNG'],
    ['eval --model @net.pth --data @pictures.zip --mean 0.5,0.5,0.5', '--mean without --std', ''],
    [
      'eval --model @net.pth --data @pictures.zip --std 1,1,1',
      '--std without --mean',
      'add --mean',
    ],
    [`eval ${OWN} --mean 0,0,0 --std 1,1,1`, 'exclude each other', ''],
    ['eval --model @net.pth --data @pictures.zip --mean 125,123,114 --std 1,1,1', '--mean', '255'],
    ['eval --model @net.pth --data @pictures.zip --mean 0,0,0 --std 1,0,1', '--std', 'above 0'],
    ['eval --model @net.pth --data @pictures.zip --normalise all', '--normalise', 'none'],
    [`eval ${OWN} --data-format cifar`, '--data-format', 'nearest is cifar10'],
    ['eval --model @net.pth --data @none', '--data', 'check the path'],
    [`eval ${OWN} --clean @none`, '--clean', 'check the path'],
    [`eval ${OWN} --record @none`, '--record', 'check the path'],
    ['eval --model @net.pth --data-format signs --clean @two.zip', '--clean without --data', ''],
    ['eval --model @net.pth --data-format signs --data @two.zip', 'signs are drawn', ''],
    ['eval --model tiny-signs --data @two.zip', 'tiny-signs reads signs', 'leave --data out'],
    ['eval --model tiny-badnets --data-format folder', 'reads gtsrb', 'leave it out'],
    ['eval --model tiny-badnets --normalise none', 'says itself', 'checkpoints from elsewhere'],
    ['eval --model @nothing', 'no such model', 'nearest is tiny-'],
    [`run ${OWN} --export-weights /no/such/folder/w`, '--export-weights', 'create the folder'],
    [`run ${OWN} --export-mask @record`, '--export-mask', 'a folder'],
    [`eval ${OWN} --p 3`, '--p', 'unknown option'],
    ['compare --cache @kept --model @net.pth', 'needs images', 'add --data PATH'],
    ['compare --cache @kept --model @net.pth,tiny-signs', 'compared alone', 'one checkpoint'],
    ['compare --cache @kept --model tiny-signs --mean 0,0,0', '--mean', 'leave it out'],
  ])('%s is refused before any engine starts', async (args, says, remedy) => {
    const { status, stdout, stderr } = await fmp(args, false);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^fmp: [^\n]+\n$/);
    expect(stderr).toContain(says);
    expect(stderr).toContain(remedy);
  });

  it.each([
    ['--model @net.pth --data @pictures.zip', '--normalise none', 'normalises images'],
    ['--model @net.pth --normalise none --data @two.zip', '3 classes', 'trained on'],
    ['--model @patch.png --normalise none --data @two.zip', 'no checkpoint', 'that file alone'],
    [`${OWN} --trigger @patch.png --target 7`, 'trigger.target', 'one of its classes'],
    ['--model tiny-badnets', 'needs the gtsrb images', '--data PATH'],
    [
      '--model @net.pth --data-format cifar10 --normalise none --data @pictures.zip',
      '10 folders',
      '',
    ],
  ])('%s is refused by what is in the files', async (args, says, remedy) => {
    const { status, stdout, stderr } = await fmp(`eval --quiet ${args}`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^fmp: [^\n]+\n$/);
    expect(stderr).toContain(says);
    expect(stderr).toContain(remedy);
  });
});

describe('fmp eval', () => {
  it('measures Acc alone where no trigger is known, and says so', async () => {
    const { status, stdout, stderr } = await fmp(`eval ${OWN}`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Acc \d+\.\d\d \[.+\] +n 9\nASR not measured: no trigger/m);
    expect(stderr).toContain('net.pth: PyTorch file from before 1.6, PreActResNet, width 2');
    expect(stderr).toContain('images taken for folder: it has 3 classes (--data-format)\n');
    expect(stderr).toContain('folder: 60 clean training, 9 test images\n');
    expect(stderr).toContain('no trigger is known');
  });

  it('measures ASR and RA with a trigger of files, and writes the rates', async () => {
    const json = path('rates.json');
    const trigger = '--trigger @patch.png --trigger-mask @mask.png --target 2';
    const { status, stdout } = await fmp(`eval ${OWN} ${trigger} --quiet --json ${json}`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ASR .+ n 6\nRA .+ n 6$/m);
    const rates = JSON.parse(readFileSync(json, 'utf8')) as { asr: { value: number; n: number } };
    expect(rates).toMatchObject({ acc: { n: 9 }, asr: { n: 6 }, ra: { n: 6 } });
    expect(rates.asr.value).toBeLessThanOrEqual(1);
  });

  it('takes no result of an attack for clean images', async () => {
    const { status, stderr } = await fmp('eval --model @net.pth --normalise none --data @record');
    expect(status).toBe(2);
    expect(stderr).toContain('open it as a checkpoint (--model in the terminal');
  });

  it.each(['@record', '@record/attack_result.pt'])(
    "measures on the checkpoint's own triggered images: %s",
    async (model) => {
      const data = '--data @pictures.zip --data-format folder --normalise none';
      const { status, stdout, stderr } = await fmp(`eval --model ${model} ${data}`);
      expect(status).toBe(0);
      expect(stderr).toContain("2 triggered images of the checkpoint's own\n");
      expect(stdout).toMatch(/^ASR .+ n 2$/m);
    },
  );

  it('tests on all of PATH where the clean images are elsewhere', async () => {
    const data = '--data @unsplit.zip --clean @pictures.zip';
    const { stdout, stderr } = await fmp(`eval --model @net.pth --normalise none ${data}`);
    expect(stderr).toContain('folder: 69 clean training, 30 test images\n');
    expect(stdout).toMatch(/^Acc .+ n 30$/m);
  });
});

describe('fmp compare', () => {
  const KNOWN = '--trigger @patch.png --trigger-mask @mask.png --target 2 --retrain-ratio 0.5';
  const ARGS = `compare --cache @kept ${OWN} ${KNOWN} --epochs 1 --images 4 --defenses ft,clp,random`;

  it('measures defenses on a checkpoint, and keeps results while its files stay', async () => {
    const first = await fmp(`${ARGS} --json @compared.json`);
    expect(first.status).toBe(0);
    const { rows, models } = parseCompareFile(
      JSON.parse(readFileSync(path('compared.json'), 'utf8')),
    );
    expect(models).toMatchObject([{ id: 'own', title: 'net.pth', data: 'folder' }]);
    expect(rows.map(({ method }) => method)).toEqual(['ft', 'clp', 'random']);
    for (const { outcome } of rows)
      expect(outcome).toMatchObject({ before: { nClean: 9, nTriggered: 6 } });
    const again = await fmp(ARGS, false);
    expect(again.status).toBe(0);
    expect(again.stdout).toBe(first.stdout);
    const later = new Date(Date.now() + 5000);
    utimesSync(path('net.pth'), later, later);
    const touched = await fmp(ARGS);
    expect(touched.stderr).not.toContain('(kept)');
  });
});

it('does the whole job from a shell, and writes what it made', () => {
  const [json, weights, mask] = ['out.json', 'out.safetensors', 'mask.json'].map(path);
  const args = [
    ...['run', '--model', path('net.pth'), '--data', path('pictures.zip'), '--normalise', 'none'],
    ...['--trigger', path('patch.png'), '--target', '2', '--threads', '1', '--eps', '16/255'],
    ...['--images', '4', '--steps', '2', '--retrain-ratio', '0.5', '--epochs', '1', '--p', '5'],
    ...['--json', json ?? '', '--export-weights', weights ?? '', '--export-mask', mask ?? ''],
  ];
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    ...{ cwd: tmpdir(), encoding: 'utf8' },
  });
  expect(done.stderr).toContain('Fine-tuning');
  expect(done.status).toBe(0);
  expect(done.stdout).toMatch(
    /^fine-tuned +\d+\.\d\d \[.+\] +\d+\.\d\d \[.+\] +\d+\.\d\d \[.+\]$/m,
  );
  expect(JSON.parse(readFileSync(json ?? '', 'utf8'))).toMatchObject({
    spec: { model: path('net.pth'), p: 5 },
    stages: { fineTuned: { nClean: 9, nTriggered: 6 } },
  });
  const pruned = maskedMaps(readMask(readFileSync(mask ?? '', 'utf8')), TINY_PLAN);
  expect(pruned).toHaveLength(Math.floor(TINY_PLAN.maps / 5));
  expect(existsSync(`${weights ?? ''}.tmp`)).toBe(false);
  const again = openCheckpoint(readFileSync(weights ?? ''), 'out.safetensors');
  expect(again.plan.architecture).toEqual(TINY_PLAN.architecture);
});
