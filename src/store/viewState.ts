/** How things are looked at. */
import type { Axis } from '../core/study/sweepSpec.ts';
import type { ControlRules } from './controlRules.ts';
import { LAB, type Route } from './route.ts';

/** Neighbouring feature maps by global index, both ends included. */
export interface MapRange {
  readonly from: number;
  readonly to: number;
}

export type Lens = 'defender' | 'oracle';
export type Order = 'layer' | 'rank';
export type Theme = 'system' | 'light' | 'dark';

export interface ViewSlice {
  readonly lens: Lens;
  /** Oracle view has been open for the network on show. */
  readonly peeked: boolean;
  readonly order: Order;
  /** The sweep before the one on show is drawn behind it. */
  readonly ghost: boolean;
  /** Global index of the feature map whose card is open. */
  readonly focusMap: number | null;
  /** Maps whose cards lie side by side, in the order in which they were put there. */
  readonly pins: readonly number[];
  /** Maps that are looked at among the others; null: all alike. */
  readonly range: MapRange | null;
  readonly theme: Theme;
  /** The convolution that the chart shows alone, by its order; null: all of them. */
  readonly layer: number | null;
  /** Made for a room: larger, less around it. */
  readonly present: boolean;
  /** What a class link hides or locks. */
  readonly rules: ControlRules;
  /** The page on show. */
  readonly route: Route;
  /** The network whose comparison or sweep is on show; null: the first that has results. */
  readonly of: string | null;
  /** The setting that is moved in the sweep on show. */
  readonly over: Axis;
}

/** The page as it opens. */
export const FIRST_VIEW: ViewSlice = {
  ...{ lens: 'defender', peeked: false, order: 'layer', ghost: true, theme: 'system' },
  ...{ focusMap: null, pins: [], range: null, layer: null, present: false, rules: {} },
  ...{ route: LAB, of: null, over: 'eps' },
};
