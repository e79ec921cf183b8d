/** PyTorch itself, where it is installed: it writes what is read here, and reads what is written. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileNetwork, disposeNetwork } from '../../src/core/network/evalNetwork.ts';
import { logits } from '../../src/core/network/forward.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { applyPruneMask, pruneMask } from '../../src/core/network/prune.ts';
import { channelMask, writeWeights } from '../../src/formats/channelMask.ts';
import { openCheckpoint } from '../../src/formats/checkpoint/open.ts';
import { spreadCopies } from '../../src/formats/poolCopies.ts';
import { take, worstError } from '../support/backends.ts';
import { randomWeights } from '../support/weights.ts';
import { tensorsOf } from './torch/torchFiles.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Where a system's own PyTorch usually is, besides the one on the path. */
const PYTHONS = ['python3', '/usr/bin/python3'];
const python = PYTHONS.find((program) => spawnSync(program, ['-c', 'import torch']).status === 0);

function run(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python ?? '', ['-B', '-c', script, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const SAVE = `
import json, sys, torch
base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7 - 1
tensors = {name: (base * 9).to(getattr(torch, name)) for name in
    "float64 float32 float16 bfloat16 int64 int32 int16 int8".split()}
tensors["uint8"] = base.abs().mul(9).to(torch.uint8)
tensors["bool"] = base > 0
tensors["transposed"] = base.transpose(0, 2)
tensors["part"] = base[1, 1:, ::2]
tensors["expanded"] = base[0, 0, :1].expand(3)
tensors["last"] = torch.arange(48.0).reshape(2, 3, 2, 4).contiguous(memory_format=torch.channels_last)
tensors["parameter"] = torch.nn.Parameter(base)
tensors["scalar"] = torch.tensor(2.5)
tensors["none"] = torch.zeros(2, 0)
folder = sys.argv[1]
for protocol in 2, 3, 4, 5:
    torch.save(tensors, f"{folder}/zip{protocol}.pt", pickle_protocol=protocol)
    torch.save({"net": tensors, "epoch": 7}, f"{folder}/legacy{protocol}.pt",
        pickle_protocol=protocol, _use_new_zipfile_serialization=False)
print(json.dumps({k: {"shape": list(v.shape), "data": v.detach().double().flatten().tolist()}
    for k, v in tensors.items()}))
`;

const LOAD = `
import re, sys, torch
root, folder = sys.argv[1:]
sys.path.insert(0, root + "/models/train")
from network import PreActResNet
exec(re.search(r"\`\`\`python\\n(.*?)\`\`\`", open(root + "/docs/checkpoints.md").read(), re.S)[1])
model = PreActResNet(2, 3, (0, 0, 0), (1, 1, 1))
print(model.load_state_dict(load_weights(folder + "/weights.safetensors")))
torch.save(model.state_dict(), folder + "/back.pt")
model.load_state_dict(apply_mask(model.state_dict(), folder + "/mask.json"))
torch.save(torch.nn.DataParallel(model).state_dict(), folder + "/pruned.pt")
`;

/** torchvision's VGG with batch norm, thin: saved, or with weights from here; prints its outputs. */
const VGG = `
import json, re, sys, torch
from torch import nn
root, folder, do = sys.argv[1:]
exec(re.search(r"\`\`\`python\\n(.*?)\`\`\`", open(root + "/docs/checkpoints.md").read(), re.S)[1])
features, before = [], 3
for c in 4, 6, 5, 8, 7:
    features += [nn.Conv2d(before, c, 3, padding=1), nn.BatchNorm2d(c), nn.ReLU(), nn.MaxPool2d(2)]
    before = c
class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(nn.Linear(7 * 49, 16), nn.ReLU(), nn.Dropout(),
            nn.Linear(16, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 5))
    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))
torch.manual_seed(1)
model = Vgg().eval()
if do == "save":
    torch.save(model.state_dict(), folder + "/vgg.pt")
else:
    model.load_state_dict(load_weights(folder + "/vgg.safetensors"))
x = (torch.arange(2 * 32 * 32 * 3) * 7 % 256 / 255).reshape(2, 32, 32, 3).permute(0, 3, 1, 2)
print(json.dumps(model((x - 0.5) / 0.25).flatten().tolist()))
`;

if (python === undefined) it.skip('PyTorch: none on this machine');
else
  describe('PyTorch', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'fmp-torch-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('saves what is read here: every type and view, in every protocol and both formats', () => {
      const expected = JSON.parse(run(SAVE, folder)) as Record<
        string,
        { shape: number[]; data: number[] }
      >;
      for (const file of ['zip', 'legacy'].flatMap((f) => [2, 3, 4, 5].map((p) => `${f}${p}.pt`))) {
        const tensors = tensorsOf(readFileSync(join(folder, file)));
        expect([...tensors.keys()]).toEqual(Object.keys(expected));
        for (const [name, { shape, data }] of tensors) {
          expect(shape).toEqual(expected[name]?.shape);
          const wanted = expected[name]?.data ?? [];
          const float = data instanceof Float32Array;
          expect(Array.from(data, Number)).toEqual(float ? wanted.map(Math.fround) : wanted);
        }
      }
    });

    it('loads weights and mask with the code of docs/checkpoints.md', () => {
      const plan = planNetwork({
        family: 'PreActResNet',
        ...{ width: 2, blocks: [2, 2, 2, 2], classes: 3 },
      });
      const weights = randomWeights(plan);
      const maps = [0, 5, 40, plan.maps - 1];
      writeFileSync(join(folder, 'weights.safetensors'), writeWeights(weights));
      const mask = JSON.stringify(channelMask(plan, maps));
      writeFileSync(join(folder, 'mask.json'), mask);
      expect(run(LOAD, ROOT, folder)).toMatch(/All keys matched/);
      const read = (file: string) =>
        openCheckpoint(readFileSync(join(folder, file)), file).stateDict;
      const plain = [...weights].map(([name, { shape, data }]) => [name, { shape, data }] as const);
      expect(read('back.pt')).toEqual(new Map(plain));
      expect(read('pruned.pt')).toEqual(applyPruneMask(new Map(plain), pruneMask(plan, maps)));
    });

    it('computes what is computed here from torchvision’s VGG, and takes its weights back', async () => {
      const wanted = JSON.parse(run(VGG, ROOT, folder, 'save')) as number[];
      const { plan, stateDict } = openCheckpoint(readFileSync(join(folder, 'vgg.pt')), 'vgg.pt');
      await tf.setBackend('cpu');
      const network = compileNetwork(plan, stateDict, {
        ...{ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
      });
      const pixels = Float32Array.from({ length: 2 * 3072 }, (_, i) => ((i * 7) % 256) / 255);
      const x = tf.tensor4d(pixels, [2, 32, 32, 3]);
      expect(worstError(await take(logits(network, x)), Float32Array.from(wanted))).toBeLessThan(
        1e-5,
      );
      disposeNetwork(network);
      x.dispose();
      const file = writeWeights(spreadCopies(stateDict, plan.architecture));
      writeFileSync(join(folder, 'vgg.safetensors'), file);
      const back = JSON.parse(run(VGG, ROOT, folder, 'load')) as number[];
      expect(worstError(back, Float32Array.from(wanted))).toBeLessThan(1e-5);
    });
  });
