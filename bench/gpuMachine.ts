/**
 * All that a machine with a GPU is to measure, in less than ten minutes: the entry of what `bundle.ts`
 * makes. --peak TFLOPS (fp32 of the GPU)  --minutes 9  --repeats 5  --out FOLDER
 * Writes a JSON file per case and RESULTS.md with the tables.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fineTune } from './cases/fineTune.ts';
import { frgGpu } from './cases/frgGpu.ts';
import { kernels } from './cases/kernels.ts';
import { type CaseReport, page } from './report.ts';
import { runCase } from './runCase.ts';

/** Shares of the time, less than all of it: starting and compiling take some. What matters most comes first. */
const CASES = [
  { one: frgGpu, share: 0.4 },
  { one: kernels, share: 0.22 },
  { one: fineTune, share: 0.13 },
] as const;

const { values } = parseArgs({
  options: {
    peak: { type: 'string' },
    minutes: { type: 'string', default: '9' },
    repeats: { type: 'string', default: '5' },
    out: { type: 'string', default: 'results' },
  },
});
const minutes = Number(values.minutes);
const repeats = Number(values.repeats);
const peak = values.peak === undefined ? null : Number(values.peak);
if (!(minutes > 0) || !(repeats > 0) || (peak !== null && !(peak > 0))) {
  console.error('--minutes, --repeats and --peak are positive numbers');
  process.exit(2);
}
const folder = pathToFileURL(`${resolve(values.out)}/`);
const log = (line: string): void => {
  console.log(line);
};
const begin = performance.now();
const reports: CaseReport[] = [];
for (const { one, share } of CASES) {
  const left = minutes * 60 - (performance.now() - begin) / 1000;
  if (left < 0) {
    log(`${one.name}: not run, the time was up`);
    continue;
  }
  const seconds = Math.min(left, share * minutes * 60);
  const options = { repeats, every: null, threads: cpus().length, peak, seconds, log };
  reports.push(await runCase(one, options, folder));
  // After each case: whoever is stopped keeps what there is.
  writeFileSync(
    new URL('RESULTS.md', folder),
    page(
      reports.map(({ title }) => title),
      reports,
      '',
    ),
  );
}
log(`all of it took ${((performance.now() - begin) / 1000).toFixed(0)} s`);
// Dawn keeps the process alive.
process.exit(0);
