import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { parseCompareFile, parseSweepFile } from '../../src/core/study/recorded.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';
import { fakeManifest } from '../support/fakeModel.ts';
import { FakeTerminal } from './terminal.ts';

const MODELS = ['signs-badnets', 'signs-badnets-rate-1pc', 'gtsrb-blended'];
let folder = '';
let cache = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmp-study-'));
  cache = join(folder, 'cache');
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schema: 1, models: MODELS }));
  const { attack, data } = fakeManifest();
  const manifests = [
    fakeManifest(),
    fakeManifest({
      id: 'signs-badnets-rate-1pc',
      attack: attack === null ? null : { ...attack, poisoningRate: 0.01 },
    }),
    fakeManifest({ id: 'gtsrb-blended', data: { ...data, id: 'gtsrb' } }),
  ];
  for (const manifest of manifests) {
    mkdirSync(join(folder, manifest.id));
    writeFileSync(join(folder, manifest.id, 'manifest.json'), JSON.stringify(manifest));
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function fmp(args: string, options: FakeOptions = {}, terminal = new FakeTerminal()) {
  const engine = new FakeEngine(options);
  const status = await main([...args.split(' '), '--cache', cache], terminal, {
    createEngine: () => Promise.resolve(engine),
    modelsDir: folder,
  });
  return { status, engine, terminal };
}

describe('fmp compare', () => {
  const ARGS = 'compare --model signs-badnets --defenses fmp,anp,oracle --seeds 0,1';

  it('prints a line per result and a table with means, seeds and the paper’s values', async () => {
    const { status, terminal } = await fmp(ARGS);
    expect(status).toBe(0);
    const lines = terminal.stderr.split('\n').filter((line) => line.startsWith('signs-badnets  '));
    expect(lines).toHaveLength(6);
    expect(terminal.stdout).toContain('budget: 2 epochs on 10 % of the training images');
    expect(terminal.stdout).toMatch(
      /^FMP +mean +9\d\.\d\d .+ 75 feature maps +98\.60\/0\.00\/98\.66, GTSRB, Table 1c$/m,
    );
    expect(terminal.stdout).toMatch(/^ +1 +9\d\.\d\d/m);
    expect(terminal.stdout).toMatch(/^as it came +97\.80 +98\.90 +0\.90/m);
  });

  it('goes on where it stopped, and does not compute what is kept', async () => {
    const path = join(folder, 'out.json');
    await fmp(ARGS.replace(' --seeds 0,1', ''));
    const { engine, terminal } = await fmp(`${ARGS} --json ${path}`);
    expect(engine.calls).toEqual(['study 3']);
    expect(terminal.stderr.match(/\(kept\)$/gm)).toHaveLength(3);
    const file = parseCompareFile(JSON.parse(readFileSync(path, 'utf8')));
    expect(file.rows.map(({ method, seed }) => `${method} ${String(seed)}`)).toEqual([
      ...['fmp 0', 'anp 0', 'oracle 0', 'fmp 1', 'anp 1', 'oracle 1'],
    ]);
    const again = await fmp(`${ARGS} --quiet`);
    expect(again.engine.calls).toEqual([]);
    expect(again.terminal.stdout).toBe(terminal.stdout);
    const other = await fmp(`${ARGS} --epochs 3`);
    expect(other.engine.calls).toEqual(['study 6']);
  });

  it('computes again what is kept of other images or other kernels', async () => {
    const [one, two] = ['one', 'two'].map((name) => join(folder, `${name}.zip`));
    for (const path of [one, two]) writeFileSync(path ?? '', 'images');
    const args = 'compare --model gtsrb-blended --defenses ft --data';
    expect((await fmp(`${args} ${String(one)}`)).engine.calls).toContain('study 1');
    const again = await fmp(`${args} ${String(one)}`);
    expect(again.engine.calls).toEqual([]);
    expect(again.terminal.stderr).toContain('kept from before: 1 result');
    expect((await fmp(`${args} ${String(two)}`)).engine.calls).toContain('study 1');
    writeFileSync(one ?? '', 'other images');
    expect((await fmp(`${args} ${String(one)}`)).engine.calls).toContain('study 1');
    expect((await fmp(`${args} ${String(two)} --kernels stock`)).engine.calls).toContain('study 1');
    const missing = await fmp(`${args} ${join(folder, 'three.zip')}`);
    expect(missing.status).toBe(2);
    expect(missing.terminal.stderr).toContain('three.zip');
  });

  it('keeps what ended before Ctrl-C, and writes nothing else', async () => {
    const path = join(folder, 'out.json');
    const terminal = new FakeTerminal();
    const running = fmp(`${ARGS} --json ${path}`, { holdAtJob: 2 }, terminal);
    while (!terminal.stderr.includes('anp')) await new Promise((r) => setTimeout(r, 5));
    await new Promise((r) => setTimeout(r, 20));
    terminal.interrupt();
    const { status } = await running;
    expect(status).toBe(130);
    expect(terminal.stderr).toContain('fmp: cancelled; 2 of 6 results are kept');
    expect(readdirSync(cache)).toHaveLength(2);
    expect(existsSync(path)).toBe(false);
  });

  it('writes CSV', async () => {
    const path = join(folder, 'out.csv');
    await fmp(`${ARGS} --csv ${path}`);
    expect(readFileSync(path, 'utf8').trim().split('\r\n')).toHaveLength(7);
  });

  it.each([
    ['compare', '--model'],
    ['compare --model signs-badnet', 'the nearest is signs-badnets'],
    ['compare --model signs-badnets --defenses anq', 'the nearest is anp'],
    ['compare --model signs-badnets --seeds 0,x', '--seeds'],
    ['compare --model signs-badnets --seeds 0,0', 'each value once'],
    ['compare --model signs-badnets --epochs -1', '--epochs'],
    ['compare --model signs-badnets --json /no/such/folder/out.json', '--json'],
    ['compare --model signs-badnets --data .', '--data does not fit these models'],
    ['sweep --over p --model signs-badnets --data .', '--data does not fit these models'],
    ['sweep --over p --model gtsrb-blended --data /no/such', '/no/such'],
    ['sweep --model signs-badnets', '--over'],
    ['sweep --model signs-badnets --over eps --values 2', '--values'],
    ['sweep --model gtsrb-blended --over rate --values 0.01', 'no model of these poisoning rates'],
  ])('%s is bad input before any engine starts', async (args, says) => {
    const terminal = new FakeTerminal();
    const status = await main([...args.split(' '), '--cache', cache], terminal, {
      createEngine: () => Promise.reject(new Error('an engine was started')),
      modelsDir: folder,
    });
    expect(terminal.stderr).toContain(says);
    expect(status).toBe(2);
  });
});

describe('fmp sweep', () => {
  it('prints a row per value beside the paper’s', async () => {
    const path = join(folder, 'out.json');
    const { status, terminal } = await fmp(`sweep --over eps --model signs-badnets --json ${path}`);
    expect(status).toBe(0);
    expect(terminal.stdout).toMatch(/^4\/255 +9\d\.\d\d \[.+\].+90\.28\/1\.51\/89\.49$/m);
    expect(terminal.stdout).toContain('FMP on CIFAR-10 under badnets, Table 4');
    const file = parseSweepFile(JSON.parse(readFileSync(path, 'utf8')));
    expect(file.sweeps[0]?.rows).toHaveLength(5);
  });

  it('uses the models of a rate and names the missing ones', async () => {
    const { status, terminal, engine } = await fmp('sweep --over rate --model signs-badnets');
    expect(status).toBe(0);
    expect(engine.calls).toEqual(['study 2']);
    expect(terminal.stderr).toContain('poisoning rate of 0.1 %, 0.5 %, 5 %');
    expect(terminal.stdout).toMatch(/^1 % .+92\.22\/1\.78\/91\.48$/m);
  });
});
