/**
 * `npm run record:finding`: what FRG says of each bundled model, into public/data/finding.json. All
 * candidates of the ε search; and for backdoored models how well each score ranks the maps that
 * carry the trigger, with the lab preset's sweep and with the paper's; the knock-out test, and what
 * runs come to. It can be stopped and started again: what the file holds of the same weights is kept. A
 * row takes minutes.
 * Usage: npm run record:finding -- [--models ID,…] [--seeds S,…] [--depth search|rankings|runs]
 *   [--images N] [--data NAME=PATH]... [--threads N]
 * Without --models: those of width 16 whose images are at hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { filesAt } from '../src/cli/dataFiles.ts';
import { bundledIds, manifestOf } from '../src/cli/modelPath.ts';
import { provenanceHere } from '../src/cli/provenance.ts';
import { writeWhole } from '../src/cli/resultFile.ts';
import { createNodeEngine } from '../src/engine/node/engine.ts';
import { type FindingFile, type FindingRow, parseFindingFile } from '../src/core/study/finding.ts';
import { measureRankings, measureRuns, measureSearch } from './finding/measure.ts';
import { dataFile, dataPaths, MODELS_DIR } from './recording.ts';

const FILE = dataFile('finding.json');
const WIDTH = 16;
const DEPTHS = ['search', 'rankings', 'runs'];
const { values: given } = parseArgs({
  options: {
    models: { type: 'string' },
    seeds: { type: 'string', default: '0' },
    depth: { type: 'string', default: 'runs' },
    images: { type: 'string', default: '2000' },
    data: { type: 'string', multiple: true, default: [] },
    threads: { type: 'string' },
  },
});
const threads = given.threads === undefined ? {} : { threads: Number(given.threads) };
const engine = await createNodeEngine({ backend: 'wasm', modelsDir: MODELS_DIR, ...threads });
const paths = dataPaths(given.data);
for (const [name, path] of paths) await engine.openData(name, await filesAt(path));
const at = new Set<string>(['signs', ...paths.keys()]);

function usualModels(): readonly string[] {
  return bundledIds(MODELS_DIR).filter((id) => {
    const { architecture, data } = manifestOf(`${MODELS_DIR}${id}`);
    return at.has(data.id) && 'width' in architecture && architecture.width === WIDTH;
  });
}

function read(): FindingFile {
  if (!existsSync(FILE)) return { version: 1, kind: 'finding', rows: [] };
  return parseFindingFile(JSON.parse(readFileSync(FILE, 'utf8')));
}

const isSame = (a: FindingRow, b: { model: string; seed: number }): boolean =>
  a.model === b.model && a.seed === b.seed;
const depth = DEPTHS.indexOf(given.depth);
if (depth < 0) throw new RangeError(`--depth is ${given.depth}, expected ${DEPTHS.join(', ')}`);
const images = Number(given.images);
const models = given.models?.split(',') ?? usualModels();
for (const seed of given.seeds.split(',').map(Number))
  for (const model of models) {
    const { data, attack, weights } = manifestOf(`${MODELS_DIR}${model}`);
    const about = {
      model,
      weights: weights.sha256,
      data: data.id,
      attack: attack?.kind ?? null,
      seed,
    };
    const known = read().rows.find((one) => isSame(one, about)) ?? null;
    let row = known?.weights === about.weights ? known : null;
    row ??= keep(await measureSearch(engine, { ...about, ...provenanceHere() }, images));
    if (depth > 0 && row.target !== null && row.rankings.length === 0)
      row = keep(await measureRankings(engine, row, images));
    if (depth > 1 && row.outcomes.length === 0) keep(await measureRuns(engine, row, images));
  }
await engine.dispose();

/** Writes the row in its place. */
function keep(row: FindingRow): FindingRow {
  const kept = read().rows.filter((other) => !isSame(other, row));
  const file: FindingFile = { version: 1, kind: 'finding', rows: [...kept, row] };
  writeWhole(FILE, `${JSON.stringify(file)}\n`);
  console.log(
    `${row.model}, seed ${String(row.seed)}, target ${String(row.target)}:`,
    row.candidates.map((c) => `${String(c.class)} ${c.margin.toFixed(2)}`).join(', '),
    row.rankings.map((r) => `${r.preset} ${r.score} ${(r.auc ?? 0).toFixed(2)}`).join(', '),
    row.outcomes.map((o) => `${o.cut} ${String(o.maps)}`).join(', '),
  );
  return row;
}
