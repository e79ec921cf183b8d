/** Where the marks of a comparison's chart are: pure arithmetic. */
import { scaleLinear } from 'd3';
import type { Metric } from '../../core/study/statistics.ts';
import type { CompareView } from '../../store/compareView.ts';

export interface ChartRow {
  readonly key: string;
  readonly label: string;
  /** Of the row's middle. */
  readonly y: number;
  /** Not a defense: the network as it came, or a control. */
  readonly ghost: boolean;
  /** Chosen with the trigger, and seen by a defender. */
  readonly veiled: boolean;
  /** Mean, share in [0, 1], and where its bar ends; null: not measured. */
  readonly mean: number | null;
  readonly bar: number | null;
  /** One per seed. */
  readonly dots: readonly number[];
  readonly interval: readonly [low: number, high: number] | null;
  /** The paper's value; null where it has none. */
  readonly tick: number | null;
  readonly paper: number | null;
}

export interface CompareLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly rows: readonly ChartRow[];
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
}

const [LABEL, VALUE, ROW, TOP, AXIS] = [92, 46, 26, 6, 22];

/**
 * Rows for the network as it came and for each method, on a line from 0 to 100 %.
 * @param width of the whole chart, CSS pixels
 */
export function layoutCompare(view: CompareView, metric: Metric, width: number): CompareLayout {
  const x = scaleLinear()
    .domain([0, 1])
    .range([LABEL, Math.max(LABEL + 60, width - VALUE)]);
  const { before, paperBefore, groups } = view;
  const asItCame = {
    ...{ key: 'before', label: 'as it came', ghost: true, veiled: false },
    ...{ rates: before, paper: paperBefore },
  };
  const methods = groups.map(({ method, about, ...rest }) => {
    return { key: method, label: about.short, ghost: about.kind === 'control', ...rest };
  });
  const rows = [asItCame, ...methods].map(
    ({ key, label, ghost, veiled, rates, paper }, index): ChartRow => {
      const found = rates[metric];
      const quoted = paper?.[metric] ?? null;
      return {
        ...{ key, label, ghost, veiled, y: TOP + ROW * (index + 0.5) },
        mean: found?.mean ?? null,
        bar: found === null ? null : x(found.mean),
        dots: key === 'before' ? [] : (found?.values ?? []).map((value) => x(value)),
        interval: found === null ? null : [x(found.interval[0]), x(found.interval[1])],
        ...{ paper: quoted, tick: quoted === null ? null : x(quoted) },
      };
    },
  );
  const bottom = TOP + ROW * rows.length;
  return {
    ...{ width, height: bottom + AXIS, left: LABEL, top: TOP, bottom, rows },
    ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({
      x: x(share),
      text: share === 1 ? '100\u00a0%' : String(100 * share),
    })),
  };
}
