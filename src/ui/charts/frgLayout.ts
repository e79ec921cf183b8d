import { scaleLinear, scaleLog } from 'd3';
import {
  convsInScope,
  type ConvSpec,
  type MapScope,
  type NetworkPlan,
} from '../../core/network/plan.ts';
import type { Order } from '../../store/viewState.ts';

export interface LayerBox {
  readonly conv: ConvSpec;
  readonly x: number;
  readonly width: number;
}

export interface Label {
  readonly text: string;
  readonly x: number;
}

/** Where everything of the FRG chart stands, in CSS pixels. */
export interface FrgLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly layers: readonly LayerBox[];
  readonly labels: readonly Label[];
  /** Height of a suspicion in [0, 1]. */
  readonly y: (suspicion: number) => number;
  /** The suspicion at a height. */
  readonly suspicionAt: (y: number) => number;
  /** By layer: from the map's index. By rank: from its 1-based rank. */
  readonly x: (map: number, rank: number) => number;
}

const LEFT = 42;
const RIGHT = 4;
const TOP = 6;
/** Wide layers do not crowd out narrow ones: width grows slower than the channel count. */
const WIDTH_POWER = 0.6;

function layerBoxes(convs: readonly ConvSpec[], inner: number): LayerBox[] {
  const [gap, stageGap] = inner < 380 ? [2, 5] : [4, 9];
  const before = (conv: ConvSpec, index: number): number => {
    const previous = convs[index - 1];
    if (previous === undefined) return 0;
    return previous.stage === conv.stage ? gap : stageGap;
  };
  const units = convs.map((conv) => conv.outChannels ** WIDTH_POWER);
  const gaps = convs.reduce((sum, conv, index) => sum + before(conv, index), 0);
  const scale = Math.max(0, inner - gaps) / (units.reduce((sum, u) => sum + u, 0) || 1);
  let x = LEFT;
  return convs.map((conv, index) => {
    x += before(conv, index);
    const box = { conv, x, width: (units[index] ?? 0) * scale };
    x += box.width;
    return box;
  });
}

function stageLabels(layers: readonly LayerBox[], width: number): Label[] {
  const [only, ...others] = layers;
  if (only !== undefined && others.length === 0)
    return [{ text: only.conv.name, x: only.x + only.width / 2 }];
  const stages = [...new Set(layers.map(({ conv }) => conv.stage))];
  return stages.flatMap((stage) => {
    const boxes = layers.filter(({ conv }) => conv.stage === stage);
    const [first, last] = [boxes[0], boxes.at(-1)];
    if (first === undefined || last === undefined) return [];
    const end = last.x + last.width;
    const x = (first.x + end) / 2;
    if (stage === 0) return width < 460 ? [] : [{ text: 'stem', x: x - 9 }];
    return [{ text: end - first.x > 44 ? `stage ${String(stage)}` : String(stage), x }];
  });
}

/**
 * Lays the chart out for its box.
 * @param only order of the one convolution that is shown; null: all
 */
export function layoutFrg(
  plan: NetworkPlan,
  scope: MapScope,
  order: Order,
  width: number,
  height: number,
  only: number | null = null,
): FrgLayout {
  const convs = convsInScope(plan, scope).filter((conv) => only === null || conv.order === only);
  const inner = Math.max(1, width - LEFT - RIGHT);
  const bottom = height - (height < 330 ? 44 : 50);
  const layers = layerBoxes(convs, inner);
  const byOrder = new Map(layers.map((layer) => [layer.conv.order, layer]));
  const homes = new Map<number, LayerBox>();
  for (const conv of convs) {
    const box = byOrder.get(conv.order);
    if (box !== undefined)
      for (let c = 0; c < conv.outChannels; c++) homes.set(conv.offset + c, box);
  }
  // Ranks are those among all maps, also where one layer is shown.
  const n = Math.max(
    2,
    convsInScope(plan, scope).reduce((sum, c) => sum + c.outChannels, 0),
  );
  const rankScale = scaleLog()
    .domain([1, n])
    .range([LEFT + 8, width - RIGHT - 4]);
  const y = scaleLinear().domain([0, 1]).range([bottom, TOP]);
  const ticks = [1, 10, 100, 1000].filter((rank) => rank <= n);
  return {
    ...{ width, height, left: LEFT, right: width - RIGHT, top: TOP, bottom, layers },
    labels:
      order === 'layer'
        ? stageLabels(layers, width)
        : ticks.map((r) => ({
            text: `${r === 1 ? 'rank ' : ''}${r.toLocaleString('en-US')}`,
            x: rankScale(r),
          })),
    y,
    suspicionAt: (at) => Math.max(0, Math.min(1, y.invert(at))),
    x: (map, rank) => {
      const box = homes.get(map);
      // A mark that is nowhere is not painted, and nothing is near it.
      if (box === undefined) return NaN;
      if (order === 'rank') return rankScale(Math.max(1, rank));
      return box.x + ((map - box.conv.offset + 0.5) / box.conv.outChannels) * box.width;
    },
  };
}

/** Positions of the scored rows, [rows] each. */
export interface Marks {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** The row whose mark is nearest to a point and within reach, or null. */
export function nearestRow(marks: Marks, x: number, y: number, reach: number): number | null {
  let best: number | null = null;
  let closest = reach * reach;
  for (let row = 0; row < marks.x.length; row++) {
    const [dx, dy] = [(marks.x[row] ?? 0) - x, (marks.y[row] ?? 0) - y];
    const distance = dx * dx + dy * dy;
    if (distance < closest) [closest, best] = [distance, row];
  }
  return best;
}

/** How many maps lie above a height: the count that a dragged line asks for. */
export function countAbove(suspicion: Float32Array, level: number): number {
  let count = 0;
  for (const value of suspicion) if (value > level) count++;
  return count;
}
