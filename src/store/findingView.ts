/** What the recorded finding says of two rankings: the paper's as printed, and the lab's. */
import { type FindingRow, namedClass } from '../core/study/finding.ts';

/** One network and seed on which both rankings were judged with the trigger. */
export interface RankedNetwork {
  /** Model id. */
  readonly model: string;
  readonly seed: number;
  /** Chance that a map which carries the trigger is ranked before one that does not: 0.5 is blind. */
  readonly printed: number;
  readonly lab: number;
}

/** The search for a class, over models and seeds. */
export interface Naming {
  readonly attacked: number;
  /** Of the attacked ones, those whose true target is named. */
  readonly named: number;
  readonly clean: number;
  /** Of the clean ones, those of which a class is named. */
  readonly alarms: number;
}

export interface FindingView {
  /** By model and seed; rows without both rankings are left out. */
  readonly networks: readonly RankedNetwork[];
  readonly naming: Naming;
  /** Networks on which the lab's ranking is ahead, and on which the printed one is. */
  readonly labAhead: number;
  readonly printedAhead: number;
}

function aucOf(row: FindingRow, preset: 'lab' | 'paper', score: string): number | null {
  return row.rankings.find((r) => r.preset === preset && r.score === score)?.auc ?? null;
}

/** Arithmetic on what is recorded; more rows make it longer, none make it empty. */
export function findingView(rows: readonly FindingRow[]): FindingView {
  const networks = rows
    .flatMap((row) => {
      const [printed, lab] = [aucOf(row, 'paper', 'accuracy'), aucOf(row, 'lab', 'targetShare')];
      if (printed === null || lab === null) return [];
      return [{ model: row.model, seed: row.seed, printed, lab }];
    })
    .sort((a, b) => a.model.localeCompare(b.model) || a.seed - b.seed);
  const attacked = rows.filter(({ target }) => target !== null);
  const clean = rows.filter(({ target }) => target === null);
  return {
    networks,
    naming: {
      ...{ attacked: attacked.length, clean: clean.length },
      named: attacked.filter((row) => namedClass(row) === row.target).length,
      alarms: clean.filter((row) => namedClass(row) !== null).length,
    },
    labAhead: networks.filter(({ lab, printed }) => lab > printed).length,
    printedAhead: networks.filter(({ lab, printed }) => printed > lab).length,
  };
}
