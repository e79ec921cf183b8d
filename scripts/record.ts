/**
 * `npm run record`: the runs that the README and the page quote, one after the other, into
 * public/data/recorded.json. It can be stopped and started again: runs that the file already holds
 * with an equal spec are kept.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseRecorded, type RecordedRun, type RecordedRuns } from '../src/formats/recorded.ts';
import { presetSpec } from '../src/core/presets.ts';
import type { RunSpec } from '../src/core/runSpec.ts';
import { createNodeEngine } from '../src/engine/node/engine.ts';
import { provenanceHere } from '../src/cli/provenance.ts';
import { dataFile, MODELS_DIR } from './recording.ts';

const FILE = dataFile('recorded.json');
const TEST_IMAGES = 4000;

/** Every run of one model: the lab preset on three seeds, then what else might have worked. */
function specsOf(model: string, clean: boolean): readonly [label: string, spec: RunSpec][] {
  const evaluation = { images: TEST_IMAGES };
  const lab = { ...presetSpec('lab', model), evaluation };
  if (clean) return [['lab', { ...lab, fineTune: { ...lab.fineTune, epochs: 0 } }]];
  return [
    ...[0, 1, 2].map((seed): [string, RunSpec] => ['lab', { ...lab, seed }]),
    ['fineTuneOnly', { ...lab, control: 'fineTuneOnly' }],
    ['random', { ...lab, control: 'random' }],
    ['oracle', { ...lab, control: 'oracle' }],
    ['paper', { ...presetSpec('paper', model), evaluation }],
    ['released', { ...presetSpec('released', model), evaluation }],
  ];
}

function read(): RecordedRuns {
  if (!existsSync(FILE)) return { version: 1, runs: [] };
  return parseRecorded(JSON.parse(readFileSync(FILE, 'utf8')));
}

function write(recorded: RecordedRuns): void {
  writeFileSync(`${FILE}.part`, `${JSON.stringify(recorded, null, 1)}\n`);
  renameSync(`${FILE}.part`, FILE);
}

const engine = await createNodeEngine({ backend: 'wasm', modelsDir: MODELS_DIR });
const all = [
  ...specsOf('signs-badnets', false),
  ...specsOf('signs-blended', false),
  ...specsOf('signs-clean', true),
];
// What a reader asks first comes first; the recipes as published train longest, so they come last.
const ORDER = ['lab', 'fineTuneOnly', 'random', 'oracle', 'paper', 'released'];
const wanted = all.toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
for (const [label, spec] of wanted) {
  const before = read();
  if (before.runs.some((run) => JSON.stringify(run.result.spec) === JSON.stringify(spec))) continue;
  const result = await engine.run(spec, () => undefined);
  if (result === null) throw new Error('the run ended early');
  const run: RecordedRun = { label, ...provenanceHere(), result };
  // An older record of the same place gives way to this one.
  const kept = before.runs.filter(
    (r) =>
      r.label !== label || r.result.spec.model !== spec.model || r.result.spec.seed !== spec.seed,
  );
  write({ version: 1, runs: [...kept, run] });
  const { backdoored, pruned, fineTuned } = result.stages;
  console.log(
    [spec.model, label, `seed ${String(spec.seed)}`, `${result.pruned.count} maps`].join(', '),
    [backdoored, pruned, fineTuned].map((s) => [s.acc, s.asr, s.ra].map(percent).join('/')),
  );
}
await engine.dispose();

function percent(share: number | null): string {
  return share === null ? '–' : (100 * share).toFixed(1);
}
