/** Results as JSON and as a page. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Measured } from './benchCase.ts';

export interface Report {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly options: { readonly peak: number | null } & Readonly<
    Record<string, string | number | null>
  >;
  readonly cases: readonly {
    readonly name: string;
    readonly title: string;
    readonly measured: readonly Measured[];
  }[];
}

export function provenance(): Pick<Report, 'date' | 'commit' | 'machine'> {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'bench') === '' ? '' : ', changed';
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gigabytes = Math.round(totalmem() / 1e9);
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed}`,
    machine: `${processor}, ${cpus().length} cores, ${gigabytes} GB, Node ${process.version}`,
  };
}

const three = (value: number): string => String(Number(value.toPrecision(3)));

/** One line per way: median, spread, GFLOP/s, and how much faster ours is. */
function table({ timings, flops }: Measured, peak: number | null): string[] {
  const ours = timings[0]?.median ?? NaN;
  const rows = timings.map(({ name, median, seconds }, i) => {
    const rate = flops === null ? null : flops / median / 1e9;
    const share = rate === null || peak === null ? '' : `, ${three(rate / peak / 10)} %`;
    const spread = `${three(Math.min(...seconds))}–${three(Math.max(...seconds))}`;
    const speed = rate === null ? '' : `${three(rate)}${share}`;
    return `| ${name} | ${three(median)} | ${spread} | ${speed} | ${i === 0 ? '' : `${three(median / ours)}×`} |`;
  });
  return [
    '| way | median, s | range, s | GFLOP/s | ours is faster by |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

export function page(report: Report): string {
  const { date, commit, machine, options, cases } = report;
  const { peak } = options;
  const given = Object.entries(options)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value ?? ''}`);
  const sections = cases.flatMap(({ title, measured }) => [
    ...[`## ${title}`, ''],
    ...(measured.length === 0 ? ['Not run: no graphics adapter here.', ''] : []),
    ...measured.flatMap((one) => [
      `**${one.title}** (${one.backend})`,
      '',
      ...(one.scale === 1 ? [] : [`Times are of a sample, multiplied by ${three(one.scale)}.`, '']),
      ...one.notes.flatMap((note) => [`Note: ${note}.`, '']),
      ...table(one, peak),
      '',
    ]),
  ]);
  return [
    ...['# Benchmark results', ''],
    `Written by \`npm run bench\` (${given.join(', ')}) on ${date}, commit ${commit}.`,
    ...['', machine, '', ...sections],
  ].join('\n');
}
