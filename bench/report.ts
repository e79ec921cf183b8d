/** Results as a page. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Figures, Growth, Measured, Result } from './benchCase.ts';
import { fitLine } from './measure.ts';

/** One case as it was last run, kept as JSON. */
export interface CaseReport {
  readonly name: string;
  readonly title: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly options: { readonly peak: number | null } & Readonly<Record<string, number | null>>;
  /** Seconds that the case took. */
  readonly took: number;
  readonly results: readonly Result[];
}

/** Put in by `bundle.ts`; where there is no bundle, git tells. */
declare const BENCH_COMMIT: string | undefined;

export function currentCommit(): string {
  if (typeof BENCH_COMMIT === 'string') return BENCH_COMMIT;
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const code = ['src', 'bench', ':!bench/results', ':!bench/*.md'];
  const changed = git('status', '--porcelain', '--', ...code) === '' ? '' : ', changed';
  return `${git('rev-parse', '--short', 'HEAD')}${changed}`;
}

export function provenance(): Pick<CaseReport, 'date' | 'commit' | 'machine'> {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gigabytes = Math.round(totalmem() / 1e9);
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: currentCommit(),
    machine: `${processor}, ${cpus().length} cores, ${gigabytes} GB, Node ${process.version}`,
  };
}

const three = (value: number): string => String(Number(value.toPrecision(3)));

const range = (values: readonly number[]): string =>
  `${three(Math.min(...values))}–${three(Math.max(...values))}`;

/** One line per way: median, spread, GFLOP/s, and how much faster ours is. */
function timesTable({ timings, flops }: Measured, peak: number | null): string[] {
  const ours = timings[0]?.median ?? NaN;
  const rows = timings.map(({ name, median, seconds }, i) => {
    const rate = flops === null ? null : flops / median / 1e9;
    const share = rate === null || peak === null ? '' : `, ${three(rate / peak / 10)} %`;
    const speed = rate === null ? '' : `${three(rate)}${share}`;
    const faster = i === 0 ? '' : `${three(median / ours)}×`;
    return `| ${name} | ${three(median)} | ${range(seconds)} | ${speed} | ${faster} |`;
  });
  return [
    '| way | median, s | range, s | GFLOP/s | ours is faster by |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function growthTable({ against, points }: Growth): string[] {
  const line = fitLine(points.map(({ x, timing }) => [x, timing.median]));
  return [
    `| ${against} | median, s | range, s | on the line, s |`,
    '| --- | --- | --- | --- |',
    ...points.map(
      ({ x, timing }) =>
        `| ${three(x)} | ${three(timing.median)} | ${range(timing.seconds)} | ${three(line.at0 + line.slope * x)} |`,
    ),
    '',
    `A straight line through the medians explains ${three(100 * line.r2)} % of their spread (r²).`,
  ];
}

function figuresTable({ rows }: Figures): string[] {
  return [
    '| what | median | range | limit |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ name, value, values, unit, limit }) =>
        `| ${name} | ${three(value)} ${unit} | ${range(values)} | ${limit === null ? '' : `${limit} ${unit}`} |`,
    ),
  ];
}

function section(result: Result, peak: number | null): string[] {
  const { title, backend, notes } = result;
  const sampled = result.kind === 'times' && result.scale !== 1;
  return [
    ...[`**${title}** (${backend})`, ''],
    ...(sampled ? [`Times are of a sample, multiplied by ${three(result.scale)}.`, ''] : []),
    ...notes.flatMap((note) => [`Note: ${note}.`, '']),
    ...(result.kind === 'times'
      ? timesTable(result, peak)
      : result.kind === 'growth'
        ? growthTable(result)
        : figuresTable(result)),
    '',
  ];
}

const HEADING = '## ';

function caseSection(report: CaseReport): string {
  const { title, date, commit, machine, options, took, results } = report;
  const given = Object.entries(options)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value === null ? '' : three(value)}`);
  return [
    ...[`${HEADING}${title}`, ''],
    `${date}, commit ${commit}; ${machine}; ${given.join(', ')}; took ${three(took)} s.`,
    '',
    ...(results.length === 0 ? ['Not run: no graphics adapter here.', ''] : []),
    ...results.flatMap((result) => section(result, options.peak)),
  ].join('\n');
}

/** Sections of a page by their titles. */
function sectionsOf(page: string): ReadonlyMap<string, string> {
  const [, ...parts] = `\n${page}`.split(`\n${HEADING}`);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), `${HEADING}${part}`]));
}

/**
 * The page, each case with where and when it was run.
 * @param titles of all cases, in order
 * @param before the page as it is: a case that was not run here keeps its section
 */
export function page(
  titles: readonly string[],
  reports: readonly CaseReport[],
  before: string,
): string {
  const old = sectionsOf(before);
  const sections = titles.flatMap((title) => {
    const report = reports.find((one) => one.title === title);
    const text = report === undefined ? old.get(title) : caseSection(report);
    return text === undefined ? [] : [text];
  });
  const head = ['# Benchmark results', '', 'Written by `npm run bench -- --write`.', ''];
  return [...head, ...sections].join('\n');
}
