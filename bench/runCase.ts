/** One case, run and kept as JSON in a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { BenchCase, BenchOptions, Result } from './benchCase.ts';
import { fitLine } from './measure.ts';
import { type CaseReport, provenance } from './report.ts';

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

export const keptAt = (folder: URL, name: string): URL => new URL(`${name}.json`, folder);

/** @param folder that is made if it is not there */
export async function runCase(
  one: BenchCase,
  given: BenchOptions,
  folder: URL,
): Promise<CaseReport> {
  const { name, title } = one;
  const { log, ...options } = given;
  log(`== ${title}`);
  const begin = performance.now();
  const results = await one.run(given);
  for (const result of results) log(`${result.title}: ${summary(result)}`);
  const took = (performance.now() - begin) / 1000;
  log(`took ${took.toFixed(0)} s`);
  const report: CaseReport = { name, title, ...provenance(), options, took, results };
  mkdirSync(folder, { recursive: true });
  writeFileSync(keptAt(folder, name), `${JSON.stringify(report, null, 1)}\n`);
  return report;
}
