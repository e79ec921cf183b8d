import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { zlibSync } from 'fflate';
import { encode as encodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { crc32 } from '../../src/data/archive/crc32.ts';
import { decodeImage } from '../../src/data/readers/decodeImage.ts';
import { factsOf } from '../support/facts.ts';
import { bytesOf, png, ppm, text, zeros } from './archives.ts';

const big = (value: number): number[] => [24, 16, 8, 0].map((bits) => (value >>> bits) & 255);

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = bytesOf(type, data);
  return bytesOf(big(data.length), body, big(crc32(body)));
}

/** A PNG by hand. */
function rawPng(
  [width, height, depth, colour, interlaced = 0]: readonly number[],
  rows: Uint8Array,
  extra: Uint8Array = zeros(0),
): Uint8Array {
  const header = Uint8Array.from([
    ...big(width ?? 0),
    ...big(height ?? 0),
    depth ?? 8,
    colour ?? 2,
  ]);
  return bytesOf(
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    chunk('IHDR', bytesOf(header, [0, 0, interlaced])),
    extra,
    chunk('IDAT', zlibSync(rows)),
    chunk('IEND', zeros(0)),
  );
}

describe('a PNG', () => {
  it('of 8-bit RGB comes back as it was', () => {
    const data = Uint8Array.from({ length: 5 * 4 * 3 }, (_, i) => (i * 37) % 256);
    const image = decodeImage('a.png', encodePng({ width: 5, height: 4, data, channels: 3 }));
    expect(image).toEqual({ width: 5, height: 4, data });
  });

  it('with alpha keeps its colours and gives the alpha', () => {
    const data = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 128);
    const image = decodeImage('a.png', encodePng({ width: 2, height: 1, data, channels: 4 }));
    expect([...image.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(image.alpha ?? [])]).toEqual([0, 128]);
  });

  it.each([
    ['grey of 1 bit', rawPng([3, 1, 1, 0], Uint8Array.of(0, 0b10100000)), [255, 0, 255]],
    ['grey of 2 bits', rawPng([3, 1, 2, 0], Uint8Array.of(0, 0b00011100)), [0, 85, 255]],
    ['grey of 4 bits', rawPng([2, 1, 4, 0], Uint8Array.of(0, 0x1f)), [17, 255]],
    ['grey of 8 bits', rawPng([2, 1, 8, 0], Uint8Array.of(0, 9, 200)), [9, 200]],
    ['grey of 16 bits', rawPng([2, 1, 16, 0], Uint8Array.of(0, 9, 255, 200, 1)), [9, 200]],
  ])('of %s becomes RGB', (_, bytes, greys) => {
    expect([...decodeImage('a.png', bytes).data]).toEqual(greys.flatMap((g) => [g, g, g]));
  });

  it('with a palette and transparency becomes RGB and alpha', () => {
    const extra = bytesOf(
      chunk('PLTE', Uint8Array.of(1, 2, 3, 40, 50, 60)),
      chunk('tRNS', Uint8Array.of(7)),
    );
    const image = decodeImage('a.png', rawPng([3, 1, 1, 3], Uint8Array.of(0, 0b01000000), extra));
    expect([...image.data]).toEqual([1, 2, 3, 40, 50, 60, 1, 2, 3]);
    expect([...(image.alpha ?? [])]).toEqual([7, 255, 7]);
    const stray = rawPng([1, 1, 8, 3], Uint8Array.of(0, 5), extra);
    expect(factsOf(() => decodeImage('a.png', stray)).got).toContain('palette');
  });

  it('decodes as another library does', () => {
    const image = new PNG({ width: 17, height: 9 });
    image.data.forEach((_, i) => (image.data[i] = (i * i) % 251));
    const { data, alpha } = decodeImage('a.png', new Uint8Array(PNG.sync.write(image)));
    const both = Array.from({ length: 17 * 9 }, (_, i) => [
      ...data.subarray(i * 3, i * 3 + 3),
      alpha?.[i],
    ]);
    expect(both.flat()).toEqual([...image.data]);
  });

  it('of one pixel is the whole of the first pass of Adam7', () => {
    const image = decodeImage('a.png', rawPng([1, 1, 8, 2, 1], Uint8Array.of(0, 7, 8, 9)));
    expect([...image.data]).toEqual([7, 8, 9]);
  });

  it('that would inflate to far more than its size says is refused at once', () => {
    const bomb = rawPng([1, 1, 8, 2], zeros(100_000_000));
    const began = performance.now();
    expect(factsOf(() => decodeImage('bomb.png', bomb))).toMatchObject({
      code: 'badData',
      field: 'bomb.png',
    });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('whose profile is a bomb is decoded without it', () => {
    const profile = chunk('iCCP', bytesOf('p\0\0', zlibSync(zeros(50_000_000))));
    const image = decodeImage('a.png', rawPng([1, 1, 8, 2], Uint8Array.of(0, 1, 2, 3), profile));
    expect([...image.data]).toEqual([1, 2, 3]);
  });

  it('of a size that is not accepted is refused before its pixels are looked at', () => {
    const facts = factsOf(() => decodeImage('a.png', rawPng([60_000, 60_000, 8, 2], zeros(9))));
    expect(facts).toMatchObject({ code: 'badData', got: '60,000 × 60,000 pixels' });
  });
});

describe('a JPEG', () => {
  it('of one colour comes back within the format’s rounding', () => {
    const data = Buffer.from(Array.from({ length: 16 * 16 }, () => [200, 30, 90, 255]).flat());
    const bytes = new Uint8Array(encodeJpeg({ width: 16, height: 16, data }, 95).data);
    const image = decodeImage('a.jpg', bytes);
    expect([image.width, image.height, image.data.length]).toEqual([16, 16, 768]);
    const worst = image.data.map((value, i) => Math.abs(value - ([200, 30, 90][i % 3] ?? 0)));
    expect(Math.max(...worst)).toBeLessThan(4);
  });

  it('that declares a huge size is refused', () => {
    const data = Buffer.alloc(8 * 8 * 4);
    const bytes = new Uint8Array(encodeJpeg({ width: 8, height: 8, data }, 50).data);
    const sof = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    bytes.set([0xff, 0xff, 0xff, 0xff], sof + 5);
    expect(factsOf(() => decodeImage('a.jpg', bytes)).code).toBe('badData');
  });
});

describe('a JPEG that passes over its pixels again and again', () => {
  const data = Buffer.alloc(8 * 8 * 4);
  const bytes = new Uint8Array(encodeJpeg({ width: 8, height: 8, data }, 50).data);
  const scan = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
  const often = (n: number): Uint8Array =>
    bytesOf(bytes.subarray(0, scan), ...Array<Uint8Array>(n).fill(bytes.subarray(scan, -2)));

  it('is refused beyond a hundred scans', () => {
    expect(factsOf(() => decodeImage('a.jpg', often(101))).got).toBe('more than 100 scans');
    expect(decodeImage('a.jpg', bytesOf(often(100), [0xff, 0xd9])).width).toBe(8);
  });
});

describe('a PPM', () => {
  it('with comments, 16 bits or a small highest value becomes 8 bits', () => {
    const plain = decodeImage('a.ppm', bytesOf('P6 # so\n2 #w\n1\n255\n', [1, 2, 3, 4, 5, 6]));
    expect([...plain.data]).toEqual([1, 2, 3, 4, 5, 6]);
    const small = decodeImage('a.ppm', bytesOf('P6 1 1 15\n', [0, 5, 15]));
    expect([...small.data]).toEqual([0, 85, 255]);
    const wide = decodeImage('a.ppm', bytesOf('P6 1 1 65535\n', [0, 0, 128, 0, 255, 255]));
    expect([...wide.data]).toEqual([0, 128, 255]);
  });

  it.each([
    ['no numbers', text('P6\n'), 'three numbers'],
    ['too few pixels', bytesOf('P6 2 1 255\n', [1, 2, 3]), '3 bytes of pixels where 6'],
    ['no size', text('P6 0 1 255\n'), '0 × 1 pixels'],
    ['a huge size', text('P6 999999 999999 255\n'), '999,999 × 999,999 pixels'],
  ])('with %s is refused', (_, bytes, got) => {
    const facts = factsOf(() => decodeImage('a.ppm', bytes));
    expect(facts.code).toBe('badData');
    expect(facts.got).toContain(got);
  });
});

describe('hostile images', () => {
  const whole = [
    png(1, 2, 3, 4),
    ppm(3, 3, (at) => at),
    new Uint8Array(encodeJpeg({ width: 8, height: 8, data: Buffer.alloc(256, 99) }, 50).data),
  ];

  it('end in an FmpError at every truncation', () => {
    for (const bytes of whole)
      for (let length = 0; length < bytes.length; length++) outcome(bytes.subarray(0, length));
  });

  it('end in an FmpError or an image, whatever is changed', () => {
    const change = fc.tuple(
      fc.nat(2),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(change, ([which, edits]) => {
        const bytes = (whole[which] ?? zeros(0)).slice();
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        outcome(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('end in an FmpError for random bytes behind a signature', () => {
    const heads = [[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], [0xff, 0xd8], [0x50, 0x36], []];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        outcome(bytesOf(head, rest));
      }),
      { numRuns: 500 },
    );
  });

  /** Anything but an image or an FmpError fails the test. */
  function outcome(bytes: Uint8Array): void {
    try {
      const { width, height, data } = decodeImage('x', bytes);
      expect(data.length).toBe(width * height * 3);
    } catch (error) {
      if (!(error instanceof FmpError)) throw error;
      expect(error.facts.code).toBe('badData');
    }
  }
});
