/**
 * One row of the finding, step by step: the ε search on one model, its rankings against the trigger's
 * truth, the knock-out test and runs to their end.
 */
import type { EngineApi, OracleApi } from '../../src/bridge/protocol.ts';
import type { RunEvent, StageSummary } from '../../src/bridge/runEvents.ts';
import { knockOut, sweepOf, type Swept } from '../../src/cli/knockOut.ts';
import { smoothnessOf } from '../../src/core/frg/bound.ts';
import { findCarriers, rankingQuality } from '../../src/core/frg/carriers.ts';
import { type ScoreName, suspicion } from '../../src/core/frg/score.ts';
import { pruneCount, roundP } from '../../src/core/frg/select.ts';
import { mapsInScope, type NetworkPlan } from '../../src/core/network/plan.ts';
import { presetSpec } from '../../src/core/presets.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import type { FindingOutcome, FindingRanking, FindingRow } from '../../src/core/study/finding.ts';
import { storedSweep, storeSweep } from './sweepStore.ts';

type Engine = EngineApi & OracleApi;
type About = Pick<
  FindingRow,
  'model' | 'weights' | 'data' | 'attack' | 'seed' | 'date' | 'commit' | 'device'
>;

const ALL = { searchAll: true };

function labSpec({ model, seed }: About, images: number): RunSpec {
  return { ...presetSpec('lab', model), seed, evaluation: { images } };
}

/** Every candidate ε. The model becomes the engine's. */
export async function measureSearch(
  engine: Engine,
  about: About,
  images: number,
): Promise<FindingRow> {
  const { plan, trigger } = await engine.load(about.model);
  const lab = labSpec(about, images);
  const candidates: FindingRow['candidates'][number][] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.kind !== 'epsCandidate' || event.suspect === null) return;
    const { class: named, medianShare, margin, right } = event.suspect;
    const bound = { eps: event.eps, ...smoothnessOf(event) };
    candidates.push({ ...bound, class: named, medianShare, margin, right });
  };
  await engine.run(lab, onEvent, 'searched', ALL);
  const maps = mapsInScope(plan, lab.frg.maps).length;
  const none = { carriers: null, rankings: [], knockOut: null, before: null, outcomes: [] };
  return { ...about, target: trigger?.target ?? null, candidates, maps, ...none };
}

/** How well the lab preset's sweep and the paper's rank the maps that carry the trigger. */
export async function measureRankings(
  engine: Engine,
  row: FindingRow,
  images: number,
): Promise<FindingRow> {
  const { plan } = await engine.load(row.model);
  const lab = labSpec(row, images);
  const first = await labSweep(engine, row, lab, plan);
  const paper = { ...presetSpec('paper', row.model), seed: row.seed, evaluation: { images } };
  const second = await sweepOf(engine, paper, plan, () => undefined);
  const change = await engine.activationChange(lab);
  const k = pruneCount(row.maps, lab.p);
  const quality = (
    preset: FindingRanking['preset'],
    { table, eps }: Swept,
    score: ScoreName,
  ): FindingRanking => {
    const carriers = findCarriers(plan, table.maps, change);
    const found = rankingQuality(table.maps, suspicion(table, score), carriers, k);
    return { preset, score, eps, ...found };
  };
  return {
    ...row,
    carriers: findCarriers(plan, first.table.maps, change).total,
    rankings: [
      quality('lab', first, 'targetShare'),
      quality('lab', first, 'accuracy'),
      quality('lab', first, 'collapse'),
      quality('paper', second, 'accuracy'),
      quality('paper', second, 'targetShare'),
    ],
  };
}

/** The knock-out test, then the lab preset with its own p and with the suggested count. */
export async function measureRuns(
  engine: Engine,
  row: FindingRow,
  images: number,
): Promise<FindingRow> {
  const { plan } = await engine.load(row.model);
  const lab = labSpec(row, images);
  const swept = await labSweep(engine, row, lab, plan);
  const { points, count, suspect } = await knockOut(engine, lab, swept);
  const cuts: [FindingOutcome['cut'], number][] = [['preset', lab.p]];
  if (count !== null) cuts.push(['knockOut', roundP(swept.table.maps.length, count)]);
  const outcomes: FindingOutcome[] = [];
  let before: FindingRow['before'] = null;
  for (const [cut, p] of cuts) {
    const result = await engine.run({ ...lab, preset: 'custom', p }, () => undefined);
    if (result === null) throw new Error('the run ended early');
    const { backdoored, pruned, fineTuned } = result.stages;
    before = ratesOf(backdoored);
    const rates = { pruned: ratesOf(pruned), fineTuned: ratesOf(fineTuned) };
    outcomes.push({ cut, maps: result.pruned.count, ...rates });
  }
  return { ...row, knockOut: { suspect, points: [...points], count }, before, outcomes };
}

function ratesOf({ acc, asr, ra }: StageSummary): NonNullable<FindingRow['before']> {
  return { acc, asr, ra };
}

/** The lab preset's sweep, from an earlier recording or new; the engine then knows it, too. */
async function labSweep(
  engine: Engine,
  { model, seed, weights }: FindingRow,
  lab: RunSpec,
  plan: NetworkPlan,
): Promise<Swept> {
  const name = `${model}-${String(seed)}-${weights.slice(0, 12)}`;
  const known = storedSweep(name);
  // Nobody asks how long it took.
  if (known !== null) await engine.adopt(lab, { ...known, seconds: 1, gflops: 1 });
  const swept = known ?? (await sweepOf(engine, lab, plan, () => undefined));
  if (known === null) storeSweep(name, swept);
  return swept;
}
