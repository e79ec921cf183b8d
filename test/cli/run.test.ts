import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/bridge/runEvents.ts';
import { main } from '../../src/cli/main.ts';
import { FmpError } from '../../src/core/errors.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';
import { FakeTerminal } from './terminal.ts';

const CLEAR = '\r\u001B[K';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmp-cli-'));
  writeFileSync(join(folder, 'index.json'), '{"schema":1,"models":["signs-badnets"]}');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the program with an engine that computes nothing, until it exits. */
async function fmp(args: string, options: FakeOptions = {}, terminal = new FakeTerminal()) {
  const engine = new FakeEngine(options);
  const status = await main(args.split(' '), terminal, {
    createEngine: () => Promise.resolve(engine),
    modelsDir: folder,
  });
  return { status, engine, terminal };
}

describe('fmp run', () => {
  it('prints the report on stdout and the progress on stderr', async () => {
    const { status, terminal } = await fmp('run --model signs-badnets --maps all');
    expect(status).toBe(0);
    expect(terminal.stdout).toMatch(/^backdoored .+\[.+\].+\[.+\].+\[.+\]$/m);
    expect(terminal.stdout).toContain('suspected target    class 8 (');
    expect(terminal.stderr).toContain('wasm: SIMD, 2 threads\n');
    expect(terminal.stderr).toContain('Scoring feature maps: 50 %, 600/1200 maps');
    expect(terminal.stderr).not.toContain('\r');
  });

  it('draws one line again where there is a terminal', async () => {
    const { terminal } = await fmp(
      'run --model signs-badnets --maps all',
      {},
      new FakeTerminal(true),
    );
    const drawn = terminal.stderr.split(CLEAR);
    expect(drawn).toContainEqual(expect.stringMatching(/^Scoring feature maps █{24} 100 %, 1200/));
    expect(Math.max(...drawn.map((line) => line.split('\n')[0]?.length ?? 0))).toBeLessThan(80);
    expect(/(?:^|\n)$/.test(drawn.at(-1) ?? '')).toBe(true);
  });

  it('is silent on stderr with --quiet', async () => {
    const { terminal } = await fmp('run --model signs-badnets --quiet');
    expect(terminal.stderr).toBe('');
    expect(terminal.stdout).not.toBe('');
  });

  it('writes the result with --json, and nothing beside it', async () => {
    const path = join(folder, 'out.json');
    const { status } = await fmp(`run --model signs-badnets --p 50 --json ${path}`);
    expect(status).toBe(0);
    const result = JSON.parse(readFileSync(path, 'utf8')) as RunResult;
    expect(result.spec).toMatchObject({ version: 1, preset: 'custom', p: 50 });
    for (const stage of [result.stages.backdoored, result.stages.pruned, result.stages.fineTuned])
      expect(Object.keys(stage).sort()).toEqual(['acc', 'asr', 'nClean', 'nTriggered', 'ra']);
    expect(Object.keys(result).sort()).toEqual(
      ['fineTune', 'frg', 'pruned', 'spec', 'stages', 'suspectedTarget'].sort(),
    );
    expect(readdirSync(folder).sort()).toEqual(['index.json', 'out.json']);
  });

  it('prunes as many maps as the knock-out test suggests', async () => {
    const path = join(folder, 'out.json');
    const { status, engine, terminal } = await fmp(
      `run --model signs-badnets --maps all --knock-out --json ${path}`,
    );
    expect(status).toBe(0);
    expect(terminal.stderr).toMatch(/^ +4 feature maps pruned: suspected class 8\.0 %/m);
    expect(engine.calls).toContain('suggestCut');
    const { spec } = JSON.parse(readFileSync(path, 'utf8')) as RunResult;
    expect(spec.preset).toBe('custom');
    expect(Math.floor(1200 / spec.p)).toBe(5);
  });

  it('refuses the knock-out test where there is no ranking of all maps', async () => {
    const { status, terminal } = await fmp(
      'run --model signs-badnets --knock-out --control random',
    );
    expect(status).toBe(2);
    expect(terminal.stderr).toContain('leave out --knock-out');
  });

  it('refuses a p above the number of candidates', async () => {
    const { status, terminal } = await fmp('run --model signs-badnets --p 99999');
    expect(status).toBe(2);
    expect(terminal.stderr).toMatch(/p is out of range .*99999.*1 to 1200/);
  });

  it.each([
    ['run --model nothing-like-it', 'signs-badnets'],
    ['run --model signs-badnets --json /no/such/folder/out.json', '--json'],
    ['run --model signs-badnets --data /no/such/folder', '--data'],
    ['run --model signs-badnets --threads 0', '--threads'],
    ['run --model signs-badnets --backend gpu', '--backend'],
    ['run --model signs-badnets --kernels mine', '--kernels'],
  ])('%s is bad input before any engine starts', async (args, says) => {
    const terminal = new FakeTerminal();
    const status = await main(args.split(' '), terminal, {
      createEngine: () => Promise.reject(new Error('an engine was started')),
      modelsDir: folder,
    });
    expect(status).toBe(2);
    expect(terminal.stderr).toContain(says);
    expect(terminal.stderr.trimEnd()).not.toContain('\n');
  });

  it('exits 1 with the remedy when the device is lost, and writes nothing', async () => {
    const path = join(folder, 'out.json');
    const args = `run --model signs-badnets --quiet --json ${path}`;
    const { status, terminal } = await fmp(args, { failAfterMaps: 300 });
    expect(status).toBe(1);
    expect(terminal.stderr).toBe(
      'fmp: the graphics device stopped answering — run again, or use the CPU\n',
    );
    expect(existsSync(path)).toBe(false);
  });

  it('says that it went on after a loss, and with how much', async () => {
    const options = { recoverAfterMaps: 300 };
    const { status, terminal } = await fmp('run --model signs-badnets', options);
    expect(status).toBe(0);
    expect(terminal.stderr).toMatch(
      /^ {2}the graphics device was lost: went on after \S+, 300 feature maps kept$/m,
    );
  });

  it('cancels on Ctrl-C: exit 130 and nothing written', async () => {
    const path = join(folder, 'out.json');
    const terminal = new FakeTerminal();
    const args = `run --model signs-badnets --json ${path}`;
    const running = fmp(args, { delayMs: 5, batch: 10 }, terminal);
    while (!terminal.stderr.includes('Scoring')) await new Promise((r) => setTimeout(r, 5));
    expect(terminal.interrupt()).toBe(true);
    const { status, engine } = await running;
    expect(status).toBe(130);
    expect(engine.calls).toContain('cancel');
    expect(readdirSync(folder)).toEqual(['index.json']);
    expect(terminal.stdout).toBe('');
  });
});

describe('other failures', () => {
  it('shows where a defect happened, and exits 1', async () => {
    const terminal = new FakeTerminal();
    const createEngine = () => Promise.reject(new TypeError('undefined is not a tensor'));
    expect(await main(['models'], terminal, { createEngine })).toBe(1);
    expect(terminal.stderr).toContain('fmp: undefined is not a tensor\n');
    expect(terminal.stderr).toContain('    at ');
  });

  it('treats a backend that is not to be had as bad input', async () => {
    const terminal = new FakeTerminal();
    const error = new FmpError('no WebGPU', { code: 'backendUnavailable', remedy: 'use wasm' });
    const createEngine = () => Promise.reject(error);
    expect(await main(['models'], terminal, { createEngine })).toBe(2);
    expect(terminal.stderr).toBe('fmp: no WebGPU — use wasm\n');
  });
});

describe('fmp models', () => {
  it('lists ids, attacks, rates and what is missing', async () => {
    const { status, terminal } = await fmp('models');
    expect(status).toBe(0);
    expect(terminal.stdout).toMatch(/^signs-badnets +badnets, target 8 +Acc 97\.8 % +ASR 98\.9 %/m);
  });
});
