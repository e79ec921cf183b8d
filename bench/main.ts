/**
 * `npm run bench`: ours and the competitor in the same run, alternating.
 * --only a,b  --repeats 5  --every K  --threads 2  --peak TFLOPS  --seconds N (of each case)
 * Each case is kept under .cache/bench; --write puts those into bench/results and bench/RESULTS.md, where
 * cases that were not run stay as they are.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchCase } from './benchCase.ts';
import { fineTune } from './cases/fineTune.ts';
import { fineTuneWasm } from './cases/fineTuneWasm.ts';
import { frgGpu } from './cases/frgGpu.ts';
import { frgWasm, frgWasmSteps } from './cases/frgWasm.ts';
import { growth } from './cases/growth.ts';
import { kernels } from './cases/kernels.ts';
import { mainThread } from './cases/mainThread.ts';
import { recovery } from './cases/recovery.ts';
import { twoStage } from './cases/twoStage.ts';
import { type CaseReport, page } from './report.ts';
import { keptAt, runCase } from './runCase.ts';

const CASES: readonly BenchCase[] = [
  ...[frgWasm, frgWasmSteps, fineTuneWasm, twoStage, frgGpu, kernels, fineTune],
  ...[mainThread, recovery, growth],
];
const KEPT = new URL('../.cache/bench/', import.meta.url);
const RESULTS = new URL('./results/', import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    every: { type: 'string' },
    threads: { type: 'string', default: String(cpus().length) },
    peak: { type: 'string' },
    seconds: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const names = CASES.map(({ name }) => name);
const wanted = values.only?.split(',') ?? (values.write ? [] : names);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`${unknown} is no case; cases are: ${names.join(' ')}`);
  process.exit(2);
}

/** @throws RangeError naming the option when it is not a positive number */
function positive(
  name: 'repeats' | 'every' | 'threads' | 'peak' | 'seconds',
  whole: boolean,
): number | null {
  const given = values[name];
  if (given === undefined) return null;
  const value = Number(given);
  if (!(value > 0) || (whole && !Number.isInteger(value)))
    throw new RangeError(`--${name}: got ${given}, expected a positive number`);
  return value;
}

const options = {
  ...{ repeats: positive('repeats', true) ?? 5, every: positive('every', true) },
  threads: positive('threads', true) ?? 1,
  ...{ peak: positive('peak', false), seconds: positive('seconds', false) },
};
const log = (line: string): void => {
  console.log(line);
};

for (const one of CASES.filter(({ name }) => wanted.includes(name)))
  await runCase(one, { ...options, log }, KEPT);
if (values.write) {
  mkdirSync(RESULTS, { recursive: true });
  for (const name of names.filter((one) => existsSync(keptAt(KEPT, one))))
    copyFileSync(keptAt(KEPT, name), keptAt(RESULTS, name));
  const reports = names
    .map((name) => keptAt(RESULTS, name))
    .filter((url) => existsSync(url))
    .map((url) => JSON.parse(readFileSync(url, 'utf8')) as CaseReport);
  const file = new URL('./RESULTS.md', import.meta.url);
  const titles = CASES.map(({ title }) => title);
  writeFileSync(file, page(titles, reports, readFileSync(file, 'utf8')));
  log(`bench/RESULTS.md: ${reports.length} of ${names.length} cases are from bench/results`);
}
// Dawn keeps the process alive.
process.exit(0);
