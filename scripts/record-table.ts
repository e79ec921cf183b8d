/** `npm run record:table`: writes the table of the recorded runs into the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { parseRecorded } from '../src/formats/recorded.ts';
import { recordedRows, type Summary } from '../src/store/recorded.ts';

const place = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [BEGIN, END] = ['<!-- recorded runs -->', '<!-- end of recorded runs -->'];
const NAMES: Readonly<Record<string, string>> = {
  lab: '**lab preset**',
  fineTuneOnly: 'fine-tuning only',
  random: 'random pruning, as many maps',
  oracle: 'oracle pruning, as many maps',
  paper: '`paper` preset',
  released: '`released` preset',
};

const { runs } = parseRecorded(
  JSON.parse(readFileSync(place('public/data/recorded.json'), 'utf8')),
);
const percent = (share: number): string => (100 * share).toFixed(1);
const cell = (summary: Summary | null): string =>
  summary === null
    ? '–'
    : `${percent(summary.mean)} (${percent(summary.low)}–${percent(summary.high)})`;
const lines = [
  '| model | what was done | maps | Acc % | ASR % after pruning | ASR % at the end | RA % at the end |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];
for (const model of ['signs-badnets', 'signs-blended']) {
  const rows = recordedRows(runs, model);
  const before = rows[0]?.runs[0]?.result.stages.backdoored;
  if (before === undefined) continue;
  const start = [before.acc, before.asr, before.asr, before.ra].map((v) => percent(v ?? 0));
  lines.push(`| ${model} | as it came | 0 | ${start.join(' | ')} |`);
  for (const row of rows) {
    const seeds = row.runs.length > 1 ? `, ${String(row.runs.length)} seeds` : '';
    const name = `${NAMES[row.label] ?? row.label}${seeds}`;
    const cells = [row.acc, row.asrPruned, row.asr, row.ra].map(cell);
    lines.push(`| ${model} | ${name} | ${String(row.pruned)} | ${cells.join(' | ')} |`);
  }
}
const readme = readFileSync(place('README.md'), 'utf8');
const from = readme.indexOf(BEGIN);
const to = readme.indexOf(END);
if (from < 0 || to < from) throw new Error(`README.md has no ${BEGIN} … ${END}`);
const next = `${readme.slice(0, from + BEGIN.length)}\n\n${lines.join('\n')}\n\n${readme.slice(to)}`;
writeFileSync(place('README.md'), await format(next, { parser: 'markdown', printWidth: 100 }));
console.log(lines.join('\n'));
