import { expect, it } from 'vitest';
import { GROUPS, type OraclePart, runGroup } from '../../scripts/oracle/all.ts';
import type { CheckResult } from '../../scripts/oracle/check.ts';
import { openOracle, type OracleContext } from '../../scripts/oracle/context.ts';
import { describeOnBackends, expectNoLeak } from '../support/backends.ts';
import { describeOracle, oracleJson } from '../support/oracle.ts';

/** Of the feature maps besides the stored ones, each so many; `npm run oracle` checks them all. */
const EVERY = 15;

interface Params {
  readonly stored_channels: readonly { readonly global_index: number }[];
}

async function failures(
  group: string,
  context: OracleContext,
  part: OraclePart,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  await expectNoLeak(async () => {
    for await (const result of runGroup(group, context, part)) results.push(result);
  });
  expect(results.some((result) => result.status === 'pass')).toBe(true);
  return results.filter((result) => result.status === 'fail');
}

describeOracle('golden values of PyTorch', (dir) => {
  const { stored_channels: stored } = oracleJson(dir, 'frg/params.json') as Params;
  const kept = stored.map((channel) => channel.global_index);

  describeOnBackends(
    `all values, FRG of each ${EVERY}th feature map`,
    (backend) => {
      const context = openOracle(dir, backend);
      const all = Array.from({ length: context.plan.maps }, (_, map) => map);
      const maps = all.filter((map) => map % EVERY === 0 || kept.includes(map));
      it.each(Object.keys(GROUPS))('%s', async (group) => {
        expect(await failures(group, context, { frg: { maps } })).toEqual([]);
      });
    },
    ['wasm'],
  );

  describeOnBackends(
    'one step of two feature maps of one image',
    (backend) => {
      const context = openOracle(dir, backend);
      const maps = [kept[1], kept.at(-1)].filter((map) => map !== undefined);
      const variants = ['one_step', 'released'] as const;
      const part = { frg: { maps, images: 1, variants } };
      it.each(['forward', 'channels', 'frg'])('%s', async (group) => {
        expect(await failures(group, context, part)).toEqual([]);
      });
    },
    ['cpu'],
  );

  // All that a GPU made of software does in reasonable time.
  describeOnBackends(
    'one step of one feature map of one image',
    (backend) => {
      const context = openOracle(dir, backend);
      const frg = { maps: kept.slice(1, 2), images: 1, variants: ['one_step'] } as const;
      it.each(['forward', 'channels'])('%s', async (group) => {
        expect(await failures(group, context, { images: 1, frg })).toEqual([]);
      });
    },
    ['webgpu'],
  );
});
