/** What a comparison compares: the core's defenses, FMP in its presets, and the controls. */
import { aboutDefense, DEFENSE_IDS, type DefenseId } from '../defenses/about.ts';

const FMP_IDS = ['fmp', 'fmp-paper', 'fmp-released'] as const;
const CONTROL_IDS = ['random', 'l1', 'fineTuneOnly', 'oracle'] as const;

export type FmpId = (typeof FMP_IDS)[number];
export type ControlId = (typeof CONTROL_IDS)[number];
export type MethodId = FmpId | DefenseId | ControlId;

/** In the order of tables and charts. */
export const METHOD_IDS: readonly [MethodId, ...MethodId[]] = [
  ...FMP_IDS,
  ...DEFENSE_IDS,
  ...CONTROL_IDS,
];

export interface MethodAbout {
  readonly name: string;
  /** Short enough for the axis of a chart. */
  readonly short: string;
  /** One phrase: what it is, or whose. */
  readonly what: string;
  readonly kind: 'fmp' | 'baseline' | 'control';
}

const OTHERS: Readonly<Record<FmpId | ControlId, MethodAbout>> = {
  fmp: {
    ...{ name: 'FMP', short: 'FMP', kind: 'fmp' },
    what: 'feature maps by target share, ε by search',
  },
  'fmp-paper': {
    ...{ name: 'FMP, paper preset', short: 'FMP paper', kind: 'fmp' },
    what: 'Algorithm 1 as printed: one step, ε 1/255, p 64',
  },
  'fmp-released': {
    ...{ name: 'FMP, released preset', short: 'FMP code', kind: 'fmp' },
    what: 'the authors’ code, ranking order corrected',
  },
  random: {
    ...{ name: 'Random pruning', short: 'random', kind: 'control' },
    what: 'as many feature maps as FMP, drawn blindly',
  },
  l1: {
    ...{ name: 'L1 pruning', short: 'L1', kind: 'control' },
    what: 'as many feature maps as FMP, those with the smallest filters',
  },
  fineTuneOnly: {
    ...{ name: 'Fine-tuning only', short: 'tuning only', kind: 'control' },
    what: 'FMP without its pruning',
  },
  oracle: {
    ...{ name: 'Oracle', short: 'oracle', kind: 'control' },
    what: 'as many feature maps as FMP, chosen with the trigger in hand',
  },
};

export function isDefense(method: MethodId): method is DefenseId {
  return DEFENSE_IDS.some((id) => id === method);
}

export function aboutMethod(method: MethodId): MethodAbout {
  if (!isDefense(method)) return OTHERS[method];
  const { name, source } = aboutDefense(method);
  return { name, short: method.toUpperCase(), what: source, kind: 'baseline' };
}
