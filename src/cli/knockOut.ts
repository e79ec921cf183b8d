/** `--knock-out`: how many maps to prune, found before they are pruned. */
import type { EngineApi } from '../bridge/protocol.ts';
import type { RunEvent } from '../bridge/runEvents.ts';
import { FmpError } from '../core/errors.ts';
import { smoothnessOf, smoothSpec } from '../core/frg/bound.ts';
import type { CutPoint, CutSuggestion } from '../core/frg/knockOut.ts';
import { classShares, findSuspect, type FrgTable, suspicion } from '../core/frg/score.ts';
import { rankRows, roundP } from '../core/frg/select.ts';
import type { NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';

/** A whole sweep, and the ε that was used, pixels in [0, 1]. */
export interface Swept {
  readonly table: FrgTable;
  readonly eps: number;
}

/** Scores every map of the spec, and puts the rows together that the engine reports. */
export async function sweepOf(
  engine: EngineApi,
  spec: RunSpec,
  { architecture: { classes } }: NetworkPlan,
  also: (event: RunEvent) => void,
): Promise<Swept> {
  const found: Swept[] = [];
  const onEvent = (event: RunEvent): void => {
    also(event);
    if (event.kind === 'frgStart') {
      const { maps, labels, eps } = event;
      const predictions = new Int16Array(maps.length * labels.length);
      const rows = maps.length;
      const table = { maps, labels, predictions, classes, rows, ...smoothnessOf(event) };
      found.push({ table, eps });
    }
    const table = found[0]?.table;
    if (event.kind === 'frgRows' && table !== undefined)
      table.predictions.set(event.predictions, event.from * table.labels.length);
  };
  await engine.run(spec, onEvent, 'scored');
  const [swept] = found;
  if (swept === undefined) throw new FmpError('the sweep ended early', { code: 'internal' });
  return swept;
}

export interface KnockOut extends CutSuggestion {
  /** The class that leads in the whole sweep. */
  readonly suspect: number;
}

/** The knock-out test of the class that leads in a sweep, in the order of the spec's score. */
export async function knockOut(
  engine: EngineApi,
  spec: RunSpec,
  { table, eps }: Swept,
  onPoint?: (point: CutPoint) => void,
): Promise<KnockOut> {
  const suspect = findSuspect(classShares(table), table)?.class ?? 0;
  const ranked = rankRows(table.maps, suspicion(table, spec.score));
  const order = ranked.map((row) => table.maps[row] ?? 0);
  const asked = smoothSpec(spec, table);
  return { suspect, ...(await engine.suggestCut(asked, { eps, order, suspect }, onPoint)) };
}

/**
 * The spec with the p that the knock-out test suggests; the sweep is then at hand.
 * @throws FmpError badInput for a control, or where the test suggests nothing
 */
export async function withKnockOut(
  engine: EngineApi,
  spec: RunSpec,
  plan: NetworkPlan,
  also: (event: RunEvent) => void,
  onPoint: (point: CutPoint) => void,
): Promise<RunSpec> {
  if (spec.control !== 'none' || spec.selection !== 'global')
    throw new FmpError('the knock-out test needs a ranking of all maps together', {
      ...{ code: 'badInput', field: '--knock-out', got: `${spec.control}, ${spec.selection}` },
      expected: 'no --control, and --selection global',
      remedy: 'leave out --knock-out, or those options',
    });
  const swept = await sweepOf(engine, spec, plan, also);
  const { count, suspect } = await knockOut(engine, spec, swept, onPoint);
  if (count === null)
    throw new FmpError('the knock-out test suggests no count', {
      ...{ code: 'badInput', field: '--knock-out', got: `class ${String(suspect)} keeps leading` },
      expected: 'a drift that ends, and does not come back, before accuracy is lost',
      remedy: 'choose p yourself (--p)',
    });
  return { ...spec, preset: 'custom', p: roundP(swept.table.maps.length, count) };
}
