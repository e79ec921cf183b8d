import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { attackResult, bdTestV2 } from '../formats/torch/backdoorFiles.ts';
import { PickleWriter, torchZip } from '../formats/torch/pickleWriter.ts';
import { torchStateDicts } from '../formats/torch/torchFiles.ts';
import { FakeTerminal } from './terminal.ts';

let folder = '';
const path = (name: string): string => join(folder, name);
const HOSTILE = torchZip(new PickleWriter().global('os', 'system').text('echo').done());
const FILES: Readonly<Record<string, Uint8Array>> = {
  'net.pt': torchStateDicts().zip,
  'attack_result.pt': attackResult(bdTestV2()),
  'bd_test_dataset/1/4.png': Uint8Array.of(1),
  'elsewhere/attack_result.pt': attackResult(bdTestV2()),
  'elsewhere/record/bd_test_dataset/1/4.png': Uint8Array.of(1),
  'elsewhere/record/bd_test_dataset/2/7.png': Uint8Array.of(1),
  'hostile.pt': HOSTILE,
  'other.safetensors': writeSafetensors(
    new Map([
      ['module.layers.0.weight', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
    ]),
  ),
  text: Uint8Array.of(104, 105),
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmp-inspect-'));
  for (const [name, bytes] of Object.entries(FILES)) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), bytes);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

async function inspect(...args: string[]) {
  const terminal = new FakeTerminal();
  const status = await main(['inspect', ...args], terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

describe('fmp inspect', () => {
  it('shows what a state dict is and what it does not say', async () => {
    const { status, stdout, stderr } = await inspect(path('net.pt'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^net\.pt\nkind +PyTorch zip file\n/);
    expect(stdout).toMatch(/architecture +PreActResNet, width 2, blocks 1-2, 3 classes\n/);
    expect(stdout).toMatch(/missing +normalisation; suggested: nothing \(it has 3 classes\)\n/);
    expect(stdout).toMatch(/\nconv1\.weight +\[2, 3, 3, 3\] +F32\n/);
  });

  it('finds the record folder beside the file, or where it is told', async () => {
    const beside = await inspect(path('attack_result.pt'));
    expect(beside.stdout).toMatch(/triggered +2 images, 1 there, class wanted 0\n/);
    const record = ['--record', path('elsewhere/record')];
    const told = await inspect(path('elsewhere/attack_result.pt'), ...record);
    expect(told.stdout).toMatch(/triggered +2 images, 2 there/);
  });

  it('opens the result in a record folder', async () => {
    const { status, stdout } = await inspect(folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^attack_result\.pt\nkind .*version 2\n/);
    expect(stdout).toMatch(/triggered +2 images, 1 there/);
  });

  it('lists the tensors of a network that is not known, too', async () => {
    const { status, stdout, stderr } = await inspect(path('other.safetensors'));
    expect({ status, stdout }).toEqual({ status: 2, stdout: 'layers.0.weight  [2]  F32\n' });
    expect(stderr).toMatch(/no known network has these tensors/);
    const { stdout: text } = await inspect(path('other.safetensors'), '--json');
    expect(JSON.parse(text)).toEqual({
      tensors: [{ name: 'layers.0.weight', shape: [2], dtype: 'F32' }],
    });
  });

  it('prints JSON', async () => {
    const { stdout } = await inspect(path('attack_result.pt'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      architecture: { family: 'PreActResNet', width: 2, classes: 3 },
      metadata: { model_name: 'preactresnet18' },
      triggered: { images: 2, imagesThere: 1, targets: [0] },
      guess: { dataset: 'gtsrb' },
    });
  });

  it.each([
    [
      'a hostile file',
      ['hostile.pt'],
      /os\.system.*nothing of it was run|nothing of it was run.*os\.system/,
    ],
    ['a file that is not there', ['none.pt'], /no such file/],
    ['a folder without a result', ['elsewhere/record'], /a folder with one of/],
    ['no record folder', ['net.pt', '--record', '/no/such/folder'], /--record/],
    ['a file that is no record folder', ['net.pt', '--record', 'text'], /no zip file/],
    ['an unknown option', ['net.pt', '--jsn'], /nearest is --json/],
  ])('answers %s with one line and exit 2', async (_, [name = '', ...rest], says) => {
    const named = rest.map((word) => (word === 'text' ? path(word) : word));
    const { status, stdout, stderr } = await inspect(path(name), ...named);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^fmp: [^\n]+ — [^\n]+\n$/);
    expect(stderr).toMatch(says);
  });

  it('asks for a file', async () => {
    expect((await inspect()).stderr).toMatch(/no file given/);
    expect((await inspect('--json')).stderr).toMatch(/no file given/);
  });
});
