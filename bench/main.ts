/**
 * `npm run bench`: ours and the competitor in the same run, alternating.
 * --only a,b  --repeats 5  --every K  --threads 2  --peak TFLOPS
 * Each case is kept under .cache/bench; --write makes bench/RESULTS.md of all that are there.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchCase, Result } from './benchCase.ts';
import { fineTune } from './cases/fineTune.ts';
import { frgGpu } from './cases/frgGpu.ts';
import { frgWasm, frgWasmSteps } from './cases/frgWasm.ts';
import { growth } from './cases/growth.ts';
import { kernels } from './cases/kernels.ts';
import { mainThread } from './cases/mainThread.ts';
import { recovery } from './cases/recovery.ts';
import { twoStage } from './cases/twoStage.ts';
import { fitLine } from './measure.ts';
import { type CaseReport, page, provenance } from './report.ts';

const CASES: readonly BenchCase[] = [
  ...[frgWasm, frgWasmSteps, twoStage, frgGpu, kernels, fineTune, mainThread, recovery, growth],
];
const KEPT = new URL('../.cache/bench/', import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    every: { type: 'string' },
    threads: { type: 'string', default: String(cpus().length) },
    peak: { type: 'string' },
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
function positive(name: 'repeats' | 'every' | 'threads' | 'peak', whole: boolean): number | null {
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
  peak: positive('peak', false),
};
const log = (line: string): void => {
  console.log(line);
};

function summary(result: Result): string {
  switch (result.kind) {
    case 'times':
      return result.timings.map((t) => `${t.name} ${t.median.toPrecision(3)} s`).join(', ');
    case 'growth': {
      const { r2 } = fitLine(result.points.map(({ x, timing }) => [x, timing.median]));
      return `r² ${r2.toPrecision(3)}`;
    }
    case 'figures':
      return result.rows.map((r) => `${r.name} ${r.value.toPrecision(3)} ${r.unit}`).join(', ');
  }
}

const keptAt = (name: string): URL => new URL(`${name}.json`, KEPT);

mkdirSync(KEPT, { recursive: true });
for (const one of CASES.filter(({ name }) => wanted.includes(name))) {
  const { name, title } = one;
  log(`== ${title}`);
  const begin = performance.now();
  const results = await one.run({ ...options, log });
  for (const result of results) log(`${result.title}: ${summary(result)}`);
  const took = (performance.now() - begin) / 1000;
  log(`took ${took.toFixed(0)} s`);
  const report: CaseReport = { name, title, ...provenance(), options, took, results };
  writeFileSync(keptAt(name), `${JSON.stringify(report, null, 1)}\n`);
}
if (values.write) {
  const kept = names
    .map(keptAt)
    .filter((url) => existsSync(url))
    .map((url) => JSON.parse(readFileSync(url, 'utf8')) as CaseReport);
  writeFileSync(new URL('./RESULTS.md', import.meta.url), page(kept));
  log(`bench/RESULTS.md: ${kept.length} of ${names.length} cases`);
}
// Dawn keeps the process alive.
process.exit(0);
