/** Where the marks of a sweep's chart are: pure arithmetic. */
import { line, scaleLinear, scalePoint } from 'd3';
import type { Metric } from '../../core/study/statistics.ts';
import { valueText } from '../../store/sweeps.ts';
import type { SweepView } from '../../store/sweepsView.ts';

export interface SweepMark {
  readonly value: number;
  readonly x: number;
  /** Of the mean. */
  readonly y: number;
  readonly mean: number;
  /** Ends of the 95 % interval; the first is the lower share and the larger y. */
  readonly interval: readonly [low: number, high: number];
  /** One per seed. */
  readonly dots: readonly number[];
}

export interface SweepLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly marks: readonly SweepMark[];
  /** SVG paths; empty where there is nothing to draw. */
  readonly ours: string;
  readonly paper: string;
  readonly paperDots: readonly { readonly x: number; readonly y: number }[];
  readonly xTicks: readonly { readonly x: number; readonly text: string }[];
  readonly yTicks: readonly { readonly y: number; readonly text: string }[];
  /** Of the values' row. */
  readonly base: number;
}

/** Of a chart. */
export const SWEEP_HEIGHT = 216;
const [LEFT, RIGHT, TOP, BASE] = [44, 12, 10, 190];
/** Values nearer to each other than this share of themselves are one place on the axis. */
const SAME = 1e-6;

/** Every value, ours and the paper's, ascending, each once. */
export function axisValues(view: SweepView): readonly number[] {
  const all = [...view.points, ...view.paper].map(({ value }) => value).sort((a, b) => a - b);
  return all.filter((value, i) => i === 0 || value - (all[i - 1] ?? 0) > SAME * value);
}

/** Values stand at equal distances, as in the paper's figures. @param width CSS pixels */
export function layoutSweep(view: SweepView, metric: Metric, width: number): SweepLayout {
  const values = axisValues(view);
  const right = Math.max(LEFT + 60, width - RIGHT);
  const place = scalePoint<number>()
    .domain(values.map((_, i) => i))
    .range([LEFT, right])
    .padding(0.4);
  const x = (value: number): number => {
    const at = values.findIndex((other) => Math.abs(other - value) <= SAME * other);
    return place(at) ?? LEFT;
  };
  const y = scaleLinear().domain([0, 1]).range([BASE, TOP]);
  const marks = view.points.flatMap(({ value, rates }): SweepMark[] => {
    const found = rates[metric];
    if (found === null) return [];
    const [low, high] = found.interval;
    return [
      {
        ...{ value, x: x(value), y: y(found.mean), mean: found.mean },
        interval: [y(low), y(high)],
        dots: found.values.map((share) => y(share)),
      },
    ];
  });
  const paperDots = view.paper.flatMap((point) => {
    const share = point[metric];
    return share === null ? [] : [{ x: x(point.value), y: y(share) }];
  });
  const path = line<{ readonly x: number; readonly y: number }>()
    .x((mark) => mark.x)
    .y((mark) => mark.y);
  return {
    ...{ width, height: SWEEP_HEIGHT, left: LEFT, right, base: BASE, marks, paperDots },
    ...{ ours: path(marks) ?? '', paper: path(paperDots) ?? '' },
    xTicks: values.map((value) => ({ x: x(value), text: valueText(view.over, value) })),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({
      y: y(share),
      text: share === 1 ? '100\u00a0%' : String(100 * share),
    })),
  };
}
