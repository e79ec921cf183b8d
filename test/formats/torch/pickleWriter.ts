/** Writes pickles and PyTorch files byte by byte, good ones and any others. */
import { zipSync } from 'fflate';

/** Where a tensor's values are. */
export interface StoredTensor {
  readonly storage: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The elements of a storage with the name of its class, e.g. `FloatStorage`. */
export interface Storage {
  readonly type: string;
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Protocol 2, opcode by opcode; every method returns the writer. */
export class PickleWriter {
  #bytes: number[] = [0x80, 2];

  raw(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  ascii(text: string): this {
    return this.raw(...Buffer.from(text, 'latin1'));
  }

  uint32(value: number): this {
    return this.raw(...[0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff));
  }

  text(text: string): this {
    const bytes = Buffer.from(text, 'utf8');
    this.raw(0x58).uint32(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Within 2^53, as LONG1. */
  int(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
    return this.raw(0x8a, 8, ...bytes);
  }

  global(module: string, name: string): this {
    return this.ascii(`c${module}\n${name}\n`);
  }

  mark(): this {
    return this.raw(0x28);
  }

  /** What was written since the mark. */
  tuple(): this {
    return this.raw(0x74);
  }

  ints(values: readonly number[]): this {
    this.mark();
    for (const value of values) this.int(value);
    return this.tuple();
  }

  reduce(): this {
    return this.raw(0x52);
  }

  /** bytes, as protocol 2 writes them. */
  byteString(bytes: Uint8Array): this {
    const text = Buffer.from(bytes).toString('latin1');
    return this.global('_codecs', 'encode').mark().text(text).text('latin1').tuple().reduce();
  }

  /** A dictionary of texts to whatever `write` writes. */
  dict(entries: Readonly<Record<string, (writer: this) => unknown>>): this {
    this.raw(0x7d).mark();
    for (const [key, write] of Object.entries(entries)) write(this.text(key));
    return this.raw(0x75);
  }

  list(items: readonly ((writer: this) => unknown)[]): this {
    this.raw(0x5d).mark();
    for (const write of items) write(this);
    return this.raw(0x65);
  }

  tensor({ storage, offset, shape, strides }: StoredTensor, { type, length }: Storage): this {
    this.global('torch._utils', '_rebuild_tensor_v2').mark();
    this.mark().text('storage').global('torch', type).text(storage).text('cpu').int(length).tuple();
    this.raw(0x51).int(offset).ints(shape).ints(strides).raw(0x89);
    return this.global('collections', 'OrderedDict').raw(0x29).reduce().tuple().reduce();
  }

  /** The pickle, closed. */
  done(): Uint8Array {
    return Uint8Array.from([...this.#bytes, 0x2e]);
  }
}

/** The zip format of torch.save. */
export function torchZip(
  pickle: Uint8Array,
  storages: ReadonlyMap<string, Uint8Array> = new Map(),
  more: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
  const files: Record<string, Uint8Array> = { 'a/data.pkl': pickle };
  for (const [key, bytes] of storages) files[`a/data/${key}`] = bytes;
  return zipSync({ ...files, ...more, 'a/version': Buffer.from('3\n') }, { level: 0 });
}

/** The format before PyTorch 1.6. */
export function torchLegacy(
  pickle: Uint8Array,
  storages: ReadonlyMap<string, Storage> = new Map(),
): Uint8Array {
  const magic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const parts = [
    new PickleWriter().raw(0x8a, 10, ...magic).done(),
    new PickleWriter().int(1001).done(),
    new PickleWriter().dict({ little_endian: (w) => w.raw(0x88) }).done(),
    pickle,
    new PickleWriter().list([...storages.keys()].map((key) => (w) => w.text(key))).done(),
  ];
  for (const { length, bytes } of storages.values()) {
    const count = new Uint8Array(8);
    new DataView(count.buffer).setBigUint64(0, BigInt(length), true);
    parts.push(count, bytes);
  }
  return new Uint8Array(Buffer.concat(parts));
}
