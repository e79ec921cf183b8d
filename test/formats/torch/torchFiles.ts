/** PyTorch files with the weights of a small network, and what reads their tensors back. */
import { findStateDict, tensorViews } from '../../../src/formats/checkpoint/stateTensors.ts';
import type { HostTensor } from '../../../src/formats/hostTensor.ts';
import { MemoryBudget } from '../../../src/formats/torch/budget.ts';
import { loadTensors, readTorchFile } from '../../../src/formats/torch/torchFile.ts';
import { randomWeights, TINY_PLAN } from '../../support/weights.ts';
import { PickleWriter, torchLegacy, torchZip, type Storage } from './pickleWriter.ts';

/** The tensors of a PyTorch file, whatever they are for. */
export function tensorsOf(bytes: Uint8Array): Map<string, HostTensor> {
  const budget = new MemoryBudget(bytes.length);
  const file = readTorchFile(bytes, budget);
  return loadTensors(file, tensorViews(findStateDict(file.root)), budget);
}

/** Weights as storages, one each, and what writes their state dict. */
export function storedWeights(
  weights: ReadonlyMap<string, HostTensor> = randomWeights(TINY_PLAN),
  rename: (name: string) => string = (name) => name,
): { storages: Map<string, Storage>; write: (writer: PickleWriter) => PickleWriter } {
  const names = [...weights.keys()];
  const storages = new Map(
    Array.from(weights.values(), ({ data }, i) => [
      String(i),
      {
        ...{ type: 'FloatStorage', length: data.length },
        bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      },
    ]),
  );
  const write = (writer: PickleWriter): PickleWriter =>
    writer.dict(
      Object.fromEntries(
        names.map((name, i) => {
          const shape = weights.get(name)?.shape ?? [];
          const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
          const key = String(i);
          const storage = storages.get(key) ?? { type: '', length: 0, bytes: new Uint8Array(0) };
          const stored = { storage: key, offset: 0, shape, strides };
          return [rename(name), (w: PickleWriter) => w.tensor(stored, storage)];
        }),
      ),
    );
  return { storages, write };
}

/** Bytes by storage key. */
export function bytesOf(storages: ReadonlyMap<string, Storage>): Map<string, Uint8Array> {
  return new Map(Array.from(storages, ([key, { bytes }]) => [key, bytes]));
}

/** A state dict in both formats of torch.save. */
export function torchStateDicts(weights?: ReadonlyMap<string, HostTensor>): {
  zip: Uint8Array;
  legacy: Uint8Array;
} {
  const { storages, write } = storedWeights(weights);
  const pickle = write(new PickleWriter()).done();
  return { zip: torchZip(pickle, bytesOf(storages)), legacy: torchLegacy(pickle, storages) };
}
