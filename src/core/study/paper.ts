/** The paper's value for a case of ours, where it has one. */
import type { MethodId } from './methods.ts';
import {
  PAPER_ATTACKS,
  TABLE_1A,
  TABLE_1B,
  TABLE_1C,
  TABLE_2,
  TABLE_3,
  TABLE_4,
  TABLE_5,
  TABLE_6,
  TABLE_7,
} from './paperTables.ts';
import type { Axis } from './sweepSpec.ts';

/** Where a number of the paper stands, and on which data it was measured. */
export interface PaperSource {
  /** "1a" … "7". */
  readonly table: string;
  readonly data: 'CIFAR-10' | 'CIFAR-100' | 'GTSRB';
}

/** Fractions of 1. */
export interface PaperRates extends PaperSource {
  readonly acc: number;
  readonly asr: number;
  /** Null: the paper gives none, as for undefended networks. */
  readonly ra: number | null;
}

export interface PaperPoint extends PaperRates {
  /** As in a sweep: eps in [0, 1], p, a ratio or a rate. */
  readonly value: number;
}

type Row = readonly (number | null)[];

const METHODS: Readonly<Partial<Record<MethodId, string>>> = {
  ...{ fmp: 'FMP', 'fmp-paper': 'FMP', 'fmp-released': 'FMP' },
  ...{ ft: 'FT', fineTuneOnly: 'FT', fp: 'FP', clp: 'CLP', anp: 'ANP', nc: 'NC', nad: 'NAD' },
};

const CIFAR10 = { table: '1a', data: 'CIFAR-10', rows: TABLE_1A } as const;
const GTSRB = { table: '1c', data: 'GTSRB', rows: TABLE_1C } as const;
/** The paper has no drawn signs; GTSRB has the same 43 classes. */
const TABLES = {
  cifar10: CIFAR10,
  cifar100: { table: '1b', data: 'CIFAR-100', rows: TABLE_1B },
  gtsrb: GTSRB,
  signs: GTSRB,
} as const;

function ratesAt(row: Row | undefined, attack: number, source: PaperSource): PaperRates | null {
  const [acc = null, asr = null, ra = null] = row?.slice(3 * attack, 3 * attack + 3) ?? [];
  if (acc === null || asr === null) return null;
  return { ...source, acc: acc / 100, asr: asr / 100, ra: ra === null ? null : ra / 100 };
}

const attackIndex = (attack: string): number => PAPER_ATTACKS.findIndex((name) => name === attack);

/**
 * @param data id of a data set as manifests have it @param attack kind of attack, as there
 * @param method null: the network without a defense
 */
export function paperRates(
  data: string,
  attack: string | null,
  method: MethodId | null,
): PaperRates | null {
  const index = attack === null ? -1 : attackIndex(attack);
  const found = Object.entries(TABLES).find(([id]) => id === data)?.[1];
  if (index < 0 || found === undefined) return null;
  // Table 6 has RNP on CIFAR-10 alone.
  if (method === 'rnp')
    return data === 'cifar10'
      ? ratesAt(TABLE_6.RNP, index, { table: '6', data: 'CIFAR-10' })
      : null;
  const name = method === null ? 'Benign' : METHODS[method];
  const { table, data: of, rows } = found;
  return name === undefined ? null : ratesAt(rows[name], index, { table, data: of });
}

const SWEEPS: Readonly<
  Record<Axis, { table: string; rows: Readonly<Record<string, Row>>; unit: number }>
> = {
  rate: { table: '2', rows: TABLE_2, unit: 1 / 100 },
  retrain: { table: '3', rows: TABLE_3, unit: 1 / 100 },
  eps: { table: '4', rows: TABLE_4, unit: 1 / 255 },
  p: { table: '5', rows: TABLE_5, unit: 1 },
};

/**
 * FMP's curve in the paper, ascending in its value; CIFAR-10 all. Tables 4 and 5 have BadNets
 * alone: the curve of any attack is that one, and the source says so.
 */
export function paperCurve(
  over: Axis,
  attack: string | null,
): { readonly source: PaperSource & { readonly attack: string }; readonly points: PaperPoint[] } {
  const { table, rows, unit } = SWEEPS[over];
  const single = over === 'eps' || over === 'p';
  const known = attack !== null && !single && attackIndex(attack) >= 0 ? attack : 'badnets';
  const source = { table, data: 'CIFAR-10', attack: known } as const;
  const points = Object.entries(rows).flatMap(([value, row]) => {
    const rates = ratesAt(row, attackIndex(known), { table, data: 'CIFAR-10' });
    return rates === null ? [] : [{ ...rates, value: Number(value) * unit }];
  });
  return { source, points: points.sort((a, b) => a.value - b.value) };
}

/** What the paper has of defenses that are not built here: Tables 6 and 7, CIFAR-10 alone. */
export function paperOnly(
  data: string,
  attack: string | null,
): readonly { readonly name: string; readonly rates: PaperRates }[] {
  const index = attack === null ? -1 : attackIndex(attack);
  if (data !== 'cifar10' || index < 0) return [];
  const rowsOf = (table: string, rows: Readonly<Record<string, Row>>) =>
    Object.entries(rows).flatMap(([name, row]) => {
      const rates = name === 'RNP' ? null : ratesAt(row, index, { table, data: 'CIFAR-10' });
      return rates === null ? [] : [{ name, rates }];
    });
  return [...rowsOf('6', TABLE_6), ...rowsOf('7', TABLE_7)];
}
