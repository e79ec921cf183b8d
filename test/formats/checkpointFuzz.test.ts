/**
 * Ten thousand damaged files: each is read or refused with an FmpError, soon, and without memory
 * that its size does not explain.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { openCheckpoint } from '../../src/formats/checkpoint/open.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { randomWeights } from '../support/weights.ts';
import { attackResult, bdTestV1, bdTestV2 } from './torch/backdoorFiles.ts';
import { cpuMs } from './torch/cpuTime.ts';
import { torchStateDicts } from './torch/torchFiles.ts';

const WEIGHTS = randomWeights(
  planNetwork({ family: 'PreActResNet', width: 1, blocks: [1], classes: 3 }),
);
const { zip, legacy } = torchStateDicts(WEIGHTS);
const SEEDS: readonly Uint8Array[] = [
  ...[zip, legacy, writeSafetensors(WEIGHTS)],
  ...[bdTestV2(), bdTestV1, null].map((bdTest) => attackResult(bdTest, 3, WEIGHTS)),
];
const MAX_MS = 2000;
const reached = { read: 0, refused: 0, slowest: 0 };

/** Bytes that mean something in a pickle, a zip or JSON reach further than random ones. */
const byte = fc.oneof(
  fc.nat(255),
  fc.constantFrom(...Buffer.from('(.}]){[":,-09tRcbuseaQ\x80\x81\x8aPK')),
);
/** Near the beginning, near the end, or anywhere. */
const place = fc.oneof(
  fc.nat(600),
  fc.nat(600).map((back) => -1 - back),
  fc.nat(1 << 24),
);
const damage = fc.record({ at: place, byte });

function open(file: Uint8Array): void {
  const ms = cpuMs(() => openOne(file));
  reached.slowest = Math.max(reached.slowest, ms);
}

function openOne(file: Uint8Array): void {
  try {
    const { tensors } = openCheckpoint(file, 'fuzz.pt');
    let total = 0;
    for (const { data } of tensors.values()) total += data.byteLength;
    expect(total).toBeLessThanOrEqual(4 * file.length);
    reached.read++;
  } catch (error) {
    if (!(error instanceof FmpError)) throw error;
    expect(error.facts.code).toBe('badModel');
    expect(JSON.stringify(error.facts).length).toBeLessThan(4000);
    reached.refused++;
  }
}

/** Four seconds of processor time, but other programs may hold the processors. */
const TIMEOUT = 240_000;

describe('damaged checkpoints', { timeout: TIMEOUT }, () => {
  it('the seeds are good', () => {
    for (const seed of SEEDS) open(seed);
    expect(reached).toMatchObject({ read: SEEDS.length, refused: 0 });
  });

  it('with changed bytes', () => {
    const before = process.memoryUsage().rss;
    fc.assert(
      fc.property(
        ...([fc.nat(SEEDS.length - 1), fc.array(damage, { minLength: 1, maxLength: 4 })] as const),
        (which, damages) => {
          const file = (SEEDS[which] ?? zip).slice();
          for (const { at, byte: put } of damages)
            file[((at % file.length) + file.length) % file.length] = put;
          open(file);
        },
      ),
      { numRuns: 7000 },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  it('cut off', () => {
    fc.assert(
      fc.property(fc.nat(SEEDS.length - 1), fc.nat(1 << 24), (which, length) => {
        const seed = SEEDS[which] ?? zip;
        open(seed.subarray(0, length % seed.length));
      }),
      { numRuns: 1000 },
    );
  });

  it('of random bytes, also behind a good beginning', () => {
    const start = fc.constantFrom(new Uint8Array(0), ...SEEDS.map((seed) => seed.subarray(0, 60)));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        open(Uint8Array.from([...head, ...rest]));
      }),
      { numRuns: 2000 },
    );
  });

  it('reach both outcomes, each in time', () => {
    expect(Math.min(reached.read, reached.refused)).toBeGreaterThan(500);
    expect(reached.slowest).toBeLessThan(MAX_MS);
  });
});
