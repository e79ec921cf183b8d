/**
 * `npm run bench`: ours and the competitor in the same run, alternating.
 * --only a,b  --repeats 5  --every 1  --threads 2  --peak TFLOPS  --out bench/results.json
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchCase } from './benchCase.ts';
import { fineTune } from './cases/fineTune.ts';
import { frgGpu } from './cases/frgGpu.ts';
import { frgWasm, growth } from './cases/frgWasm.ts';
import { kernels } from './cases/kernels.ts';
import { page, provenance, type Report } from './report.ts';

const CASES: readonly BenchCase[] = [frgWasm, growth, kernels, frgGpu, fineTune];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    every: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(cpus().length) },
    peak: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('./results.json', import.meta.url)) },
  },
});
const names = CASES.map(({ name }) => name);
const wanted = values.only?.split(',') ?? names;
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`${unknown} is no case; cases are: ${names.join(' ')}`);
  process.exit(2);
}

/** @throws RangeError naming the option when it is not a positive number */
function positive(name: 'repeats' | 'every' | 'threads' | 'peak', whole: boolean): number {
  const value = Number(values[name]);
  if (!(value > 0) || (whole && !Number.isInteger(value)))
    throw new RangeError(`--${name}: got ${String(values[name])}, expected a positive number`);
  return value;
}

const options = {
  ...{ repeats: positive('repeats', true), every: positive('every', true) },
  threads: positive('threads', true),
  peak: values.peak === undefined ? null : positive('peak', false),
};
const log = (line: string): void => {
  console.log(line);
};
const cases: Report['cases'][number][] = [];
for (const one of CASES.filter(({ name }) => wanted.includes(name))) {
  const { name, title } = one;
  log(`== ${title}`);
  const measured = await one.run({ ...options, log });
  for (const { title: what, timings } of measured)
    log(`${what}: ${timings.map((t) => `${t.name} ${t.median.toPrecision(3)} s`).join(', ')}`);
  cases.push({ name, title, measured });
}
const report: Report = {
  ...provenance(),
  options: { ...options, only: values.only ?? 'all' },
  cases,
};
writeFileSync(values.out, `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(values.out.replace(/[^/]*$/, 'RESULTS.md'), page(report));
// Dawn keeps the process alive.
process.exit(0);
