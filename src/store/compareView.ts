/** What the Compare page shows, from its state: pure. */
import { METHOD_IDS, aboutMethod, type MethodAbout, type MethodId } from '../core/study/methods.ts';
import { type PaperRates, paperOnly, paperRates } from '../core/study/paper.ts';
import type { CompareFile, CompareRow, Subject } from '../core/study/recorded.ts';
import { average, groupBy, type Metric, spread, type Spread } from '../core/study/statistics.ts';
import type { CompareState } from './compare.ts';
import type { Provenance } from './resultsState.ts';
import { blind } from './studyAsSeen.ts';

/** One method on one model, all its seeds. */
export interface CompareGroup {
  readonly method: MethodId;
  readonly about: MethodAbout;
  readonly rows: readonly CompareRow[];
  /** Null where nothing was measured: no trigger. */
  readonly rates: Readonly<Record<Metric, Spread | null>>;
  /** Mean over the seeds. */
  readonly seconds: number;
  readonly pruned: number;
  readonly paper: PaperRates | null;
  /** Its maps were chosen with the trigger: a defender sees no number of it. */
  readonly veiled: boolean;
}

export interface CompareView {
  readonly file: CompareFile;
  readonly subject: Subject;
  /** Of the network as it came. */
  readonly before: Readonly<Record<Metric, Spread | null>>;
  readonly paperBefore: PaperRates | null;
  /** In the order of `METHOD_IDS`. */
  readonly groups: readonly CompareGroup[];
  /** Defenses that are in the paper alone. */
  readonly quoted: readonly { readonly name: string; readonly rates: PaperRates }[];
}

/** The file on show; null where there is none. */
export function fileOnShow({ source, ...files }: CompareState): CompareFile | null {
  return files[source];
}

/** Models of a file that have results. */
export function modelsOf({ models, rows }: CompareFile): readonly Subject[] {
  return models.filter(({ id }) => rows.some(({ model }) => model === id));
}

/** Null where nothing has been measured yet. */
export function compareView(state: CompareState): CompareView | null {
  const file = fileOnShow(state);
  if (file === null) return null;
  const models = modelsOf(file);
  const subject = models.find(({ id }) => id === state.model) ?? models[0];
  if (subject === undefined) return null;
  const rows = file.rows.filter(({ model }) => model === subject.id);
  const byMethod = groupBy(rows, ({ method }) => method);
  const { data, attack } = subject;
  const groups = METHOD_IDS.flatMap((method): CompareGroup[] => {
    const of = byMethod.get(method) ?? [];
    if (of.length === 0) return [];
    const outcomes = of.map(({ outcome }) => outcome);
    return [
      {
        ...{ method, about: aboutMethod(method), rows: of },
        rates: spreads(outcomes.map(({ after }) => after)),
        seconds: average(outcomes.map(({ seconds }) => seconds)),
        pruned: average(outcomes.map(({ pruned }) => pruned.count)),
        paper: paperRates(data, attack, method),
        veiled: false,
      },
    ];
  });
  // All methods start from the same network and test images of a seed.
  const firstOfSeed = new Map(rows.map(({ seed, outcome }) => [seed, outcome.before]));
  return {
    ...{ file, subject, groups, quoted: paperOnly(data, attack) },
    before: spreads([...firstOfSeed.values()]),
    paperBefore: paperRates(data, attack, null),
  };
}

/** The view of a defender: without the numbers of what was chosen by the trigger. */
export function forDefender(view: CompareView): CompareView {
  const veil = (group: CompareGroup): CompareGroup =>
    group.method === 'oracle'
      ? { ...group, rates: { acc: null, asr: null, ra: null }, veiled: true }
      : { ...group, rows: group.rows.map(blind) };
  return { ...view, groups: view.groups.map(veil) };
}

function spreads(
  rates: Parameters<typeof spread>[0],
): Readonly<Record<Metric, ReturnType<typeof spread>>> {
  return {
    acc: spread(rates, 'acc'),
    asr: spread(rates, 'asr'),
    ra: spread(rates, 'ra'),
  };
}

/** Where rows were measured: the last date, and every commit and device once. */
export function sourceOf(rows: readonly Provenance[]): Provenance | null {
  if (rows.length === 0) return null;
  const each = (values: readonly string[]): string => [...new Set(values)].join(' and ');
  return {
    date: rows.map(({ date }) => date).reduce((a, b) => (a > b ? a : b)),
    commit: each(rows.map(({ commit }) => commit)),
    device: each(rows.map(({ device }) => device)),
  };
}

export type SortKey = 'method' | Metric | 'seconds' | 'pruned';
export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** What was not measured comes last, whichever way the others go. */
export function sortGroups(
  groups: readonly CompareGroup[],
  { key, descending }: Sort,
): readonly CompareGroup[] {
  const value = (group: CompareGroup): number | null => {
    if (key === 'method') return METHOD_IDS.indexOf(group.method);
    if (key === 'seconds' || key === 'pruned') return group.veiled ? null : group[key];
    return group.rates[key]?.mean ?? null;
  };
  return [...groups].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return descending ? y - x : x - y;
  });
}

/** Points of Acc that a defense may cost and still be called a success. */
const ACC_COST = 0.05;

/** Shares that look the same with one decimal of a per cent. */
const TIE = 0.0005;

/**
 * What the comparison says, in one sentence with numbers: FMP beside the defense that leaves the
 * lowest ASR among those that cost at most 5 points of Acc; where several do, who keeps the most
 * Acc. Controls are no defenses.
 */
export function finding({ groups, before }: CompareView): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;
  const start = before.acc?.mean ?? 1;
  const fair = groups.filter(
    ({ about, rates }) =>
      about.kind !== 'control' && rates.asr !== null && (rates.acc?.mean ?? 0) >= start - ACC_COST,
  );
  const fmp = groups.find(({ method }) => method === 'fmp');
  const asr = fmp?.rates.asr ?? null;
  const best = fair.reduce<CompareGroup | null>(
    (low, group) =>
      (group.rates.asr?.mean ?? 1) < (low?.rates.asr?.mean ?? Infinity) ? group : low,
    null,
  );
  const lowest = best?.rates.asr?.mean;
  const tied = fair.filter(({ rates }) => (rates.asr?.mean ?? 1) <= (lowest ?? -1) + TIE);
  if (best === null || lowest === undefined) {
    const accs = groups.flatMap(({ rates }) => rates.acc?.mean ?? []);
    if (accs.length === 0) return 'Nothing has been measured yet.';
    return `After the defenses Acc lies between ${percent(Math.min(...accs))} and ${percent(Math.max(...accs))}.`;
  }
  if (fmp === undefined || asr === null)
    return `${best.about.name} leaves the fewest images fooled: ${percent(lowest)}.`;
  if (tied.length > 1 && tied.includes(fmp)) {
    const names = tied.toSorted((a, b) => accOf(b) - accOf(a)).map(({ about }) => about.name);
    const all = `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
    return `${all} leave the fewest images fooled: ${percent(lowest)}. ${names[0] ?? ''} keeps the most Acc.`;
  }
  if (best === fmp) return `FMP leaves the fewest images fooled: ${percent(asr.mean)}.`;
  const other = `${best.about.name} ${percent(lowest)}`;
  return `FMP leaves ${percent(asr.mean)} of the triggered images fooled, ${other}.`;
}

const accOf = ({ rates }: CompareGroup): number => rates.acc?.mean ?? 0;
