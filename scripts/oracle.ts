/**
 * Compares this program with golden values that PyTorch made: one line per check, exit status 1
 * if one fails. Any folder of the same layout will do, whatever its seed, width or class count.
 * Usage: npm run oracle -- DIR [PART]... [--backend cpu|wasm|webgpu] [--every K: only each K-th feature
 * map]; PART: forward, frg, defenses, …, all of them unless named
 */
import { parseArgs } from 'node:util';
import type { BackendName } from '../src/bridge/engineInfo.ts';
import { describeArchitecture } from '../src/core/network/architecture.ts';
import { mapsInScope } from '../src/core/network/plan.ts';
import { GROUPS, type OraclePart, runGroup } from './oracle/all.ts';
import { describeCheck } from './oracle/check.ts';
import { type OracleContext, openOracle, startNamed } from './oracle/context.ts';

const USAGE = 'usage: npm run oracle -- DIR [PART]... [--backend cpu|wasm|webgpu] [--every K]';
const BACKENDS: readonly BackendName[] = ['cpu', 'wasm', 'webgpu'];

interface Arguments {
  readonly dir: string;
  readonly parts: readonly string[];
  readonly backend: BackendName;
  readonly every: number;
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string', default: 'wasm' },
      every: { type: 'string', default: '1' },
    },
  });
  const [dir, ...named] = positionals;
  const backend = BACKENDS.find((name) => name === values.backend);
  const every = Number(values.every);
  if (dir === undefined) throw new RangeError('a folder is needed');
  const known = Object.keys(GROUPS);
  const stray = named.find((part) => !known.includes(part));
  if (stray !== undefined)
    throw new RangeError(`there is no part ${stray}, expected ${known.join(', ')}`);
  if (backend === undefined)
    throw new RangeError(`--backend is ${values.backend}, expected ${BACKENDS.join(', ')}`);
  if (!Number.isInteger(every) || every < 1)
    throw new RangeError(`--every is ${values.every}, expected an integer of 1 or more`);
  return { dir, parts: named.length > 0 ? named : known, backend, every };
}

/** The stored feature maps are always among those that are checked. */
function partOf({ plan, folder }: OracleContext, every: number): OraclePart {
  if (every === 1) return {};
  const { stored_channels: stored } = folder.json('frg/params.json') as {
    stored_channels: readonly { global_index: number }[];
  };
  const kept = new Set(stored.map((c) => c.global_index));
  const maps = mapsInScope(plan, 'all').filter((map) => map % every === 0 || kept.has(map));
  return { frg: { maps } };
}

async function main(): Promise<number> {
  const { dir, parts, backend, every } = readArguments();
  const context = openOracle(dir, backend);
  console.log(`${dir}: ${describeArchitecture(context.plan.architecture)}`);
  console.log(`${backend}: ${await startNamed(backend)}`);
  const count = { pass: 0, fail: 0, skip: 0 };
  const part = partOf(context, every);
  const began = performance.now();
  for (const name of parts) {
    for await (const result of runGroup(name, context, part)) {
      count[result.status]++;
      console.log(describeCheck(result));
    }
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${count.pass} passed, ${count.fail} failed, ${count.skip} skipped in ${seconds} s`);
  return count.fail === 0 && count.pass > 0 ? 0 : 1;
}

try {
  // Not exitCode: a GPU device keeps the process alive.
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exit(2);
}
