/** Small files as BackdoorBench writes them. */
import type { HostTensor } from '../../../src/formats/hostTensor.ts';
import { PickleWriter, torchZip } from './pickleWriter.ts';
import { bytesOf, storedWeights } from './torchFiles.ts';

type Write = (writer: PickleWriter) => PickleWriter;

const SIDE = 2;

/** Pixels of the image that `image(fill)` writes. */
export function pixels(fill: number): Uint8Array {
  return new Uint8Array(SIDE * SIDE * 3).fill(fill);
}

/** A 2 × 2 `PIL.Image.Image`. */
export function image(fill: number, mode = 'RGB'): Write {
  return (writer) =>
    writer
      .global('PIL.Image', 'Image')
      .raw(0x29, 0x81)
      .list([
        (w) => w.raw(0x7d),
        (w) => w.text(mode),
        (w) => w.ints([SIDE, SIDE]),
        (w) => w.raw(0x4e),
        (w) => w.byteString(pixels(fill)),
      ])
      .raw(0x62);
}

/** A numpy int64 array, of one dimension. */
export function int64Array(values: readonly number[], numpy = 'numpy.core'): Write {
  const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return (writer) => {
    writer.global(`${numpy}.multiarray`, '_reconstruct').mark().global('numpy', 'ndarray');
    writer.ints([0]).byteString(Buffer.from('b')).tuple().reduce();
    writer.mark().int(1).ints([values.length]);
    return int64Dtype(writer).raw(0x89).byteString(bytes).tuple().raw(0x62);
  };
}

/** A numpy int64 scalar. */
export function int64(value: number, numpy = 'numpy.core'): Write {
  const bytes = new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
  return (writer) => {
    writer.global(`${numpy}.multiarray`, 'scalar').mark();
    return int64Dtype(writer).byteString(bytes).tuple().reduce();
  };
}

function int64Dtype(writer: PickleWriter): PickleWriter {
  writer.global('numpy', 'dtype').mark().text('i8').raw(0x89, 0x88).tuple().reduce();
  return writer.mark().int(3).text('<').raw(0x4e).tuple().raw(0x62);
}

/** A dictionary with any keys. */
export function entries(pairs: readonly (readonly [key: Write, value: Write])[]): Write {
  return (writer) => {
    writer.raw(0x7d).mark();
    for (const [key, value] of pairs) value(key(writer));
    return writer.raw(0x75);
  };
}

export const ints =
  (...values: readonly number[]): Write =>
  (writer) =>
    writer.list(values.map((value) => (w) => w.int(value)));

/** bd_test of the second version: two images by path, 4 before 7. */
export function bdTestV2(order: readonly number[] = [4, 7]): Write {
  const entry = (index: number, original: number): readonly [Write, Write] => [
    int64(index),
    (w) =>
      w.dict({
        path: (v) => v.text(`./record/run/bd_test_dataset/${original}/${index}.png`),
        other_info: ints(0, original),
      }),
  ];
  return (writer) =>
    writer.dict({
      bd_data_container: (w) => w.dict({ data_dict: entries([entry(7, 2), entry(4, 1)]) }),
      original_index_array: int64Array(order),
    });
}

/** bd_test of the first version: one image. */
export const bdTestV1: Write = (writer) =>
  writer.dict({
    x: (w) => w.list([image(9)]),
    y: ints(0),
    original_index: ints(5),
    original_targets: ints(2),
  });

/** attack_result.pt, by default with the weights of the tiny network. */
export function attackResult(
  bdTest: Write | null,
  classes = 3,
  weights?: ReadonlyMap<string, HostTensor>,
): Uint8Array {
  const { storages, write } = storedWeights(weights);
  const writer = new PickleWriter().dict({
    model_name: (w) => w.text('preactresnet18'),
    num_classes: (w) => w.int(classes),
    model: write,
    clean_data: (w) => w.text('gtsrb'),
    img_size: (w) => w.ints([SIDE, SIDE, 3]),
    ...(bdTest === null ? {} : { bd_test: bdTest }),
  });
  return torchZip(writer.done(), bytesOf(storages));
}
